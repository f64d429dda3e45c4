/* The parts of report_data: each sets members of the template's data. */
#ifndef REPORT_DATA_H
#define REPORT_DATA_H

#include "report_private.h"

/* A measure in a picture; a number for people; a text. */
void set_measure(struct app *app, struct bd_json *object, const char *key,
                 double value);
void set_count(struct app *app, struct bd_json *object, const char *key,
               int64_t count);
void set_cstr(struct app *app, struct bd_json *object, const char *key,
              const char *text);

/* report_data_chart.c: attempts over time; nothing for one moment */
void report_data_chart(struct app *app, struct bd_json *object,
                       const struct report *report);
/* report_data_rows.c */
void report_data_domains(struct app *app, struct bd_json *object,
                         const struct report *report);
void report_data_relays(struct app *app, struct bd_json *object,
                        const struct report *report);
void report_data_back(struct app *app, struct bd_json *object,
                      const struct report *report);
void report_data_slow(struct app *app, struct bd_json *object,
                      const struct report *report);
void report_data_clicks(struct app *app, struct bd_json *object,
                        const struct report *report);

#endif
