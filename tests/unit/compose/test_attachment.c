#include "brevduva/compose/attachment.h"

#include "t.h"

static void test_attachment_kind__needs_both_to_agree(void **state)
{
    static const struct {
        const char *name;
        bd_str bytes;
        const char *want;
    } rows[] = {
        { "Årsmötet 2026.PDF", BD_STR_INIT("%PDF-1.7"), "application/pdf" },
        { "a.pdf", BD_STR_INIT("PK\3\4"), BD_OCTETS },
        { "a.pdf", BD_STR_INIT(""), BD_OCTETS },
        { "a.docx", BD_STR_INIT("PK\3\4x"),
          "application/vnd.openxmlformats-officedocument.wordprocessingml."
          "document" },
        { "a.csv", BD_STR_INIT("a;b"), "text/csv" },
        { "a.jpeg", BD_STR_INIT("\xff\xd8\xff\xe0"), "image/jpeg" },
        { "a.b", BD_STR_INIT("%PDF-1.7"), BD_OCTETS },
        { ".pdf", BD_STR_INIT("%PDF-1.7"), BD_OCTETS },
        { "pdf", BD_STR_INIT("%PDF-1.7"), BD_OCTETS },
        { "", BD_STR_INIT(""), BD_OCTETS },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str name = t_heap(rows[i].name);
        bd_str bytes = t_heap_str(rows[i].bytes);

        CHECK_STR(bd_str_from(bd_attachment_kind(name, bytes)), rows[i].want);
        t_free(name);
        t_free(bytes);
    }
}

static void test_attachment_type__says_only_what_we_know(void **state)
{
    (void)state;
    CHECK_STR(bd_str_from(bd_attachment_type(BD_STR("application/pdf"))),
              "application/pdf");
    CHECK_STR(bd_str_from(bd_attachment_type(BD_STR("text/html"))), BD_OCTETS);
    CHECK_STR(bd_str_from(bd_attachment_type(BD_STR(""))), BD_OCTETS);
}

static void test_attachment_is_program__by_ending_and_octets(void **state)
{
    static const struct {
        const char *name;
        bd_str bytes;
        bool want;
    } rows[] = {
        { "a.exe", BD_STR_INIT(""), true },
        { "bild.jpg.SCR", BD_STR_INIT("x"), true },
        { "a.docm", BD_STR_INIT("PK\3\4"), true },
        { "a.html", BD_STR_INIT("hej"), true },
        { "a.txt", BD_STR_INIT("MZ\x90"), true },
        { "a",
          BD_STR_INIT("\x7f"
                      "ELF\2"),
          true },
        { "a.txt", BD_STR_INIT("#!/bin/sh"), true },
        { "a.txt", BD_STR_INIT("\xef\xbb\xbf\r\n <!doctype HTML>"), true },
        { "a.pdf", BD_STR_INIT("%PDF-1.7"), false },
        { "exe", BD_STR_INIT("hej"), false },
        { ".exe", BD_STR_INIT("hej"), false },
        { "a.txt", BD_STR_INIT("M"), false },
        { "", BD_STR_INIT(""), false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str name = t_heap(rows[i].name);
        bd_str bytes = t_heap_str(rows[i].bytes);

        CHECK_ROW(rows[i].name,
                  bd_attachment_is_program(name, bytes) == rows[i].want);
        t_free(name);
        t_free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attachment_kind__needs_both_to_agree),
        cmocka_unit_test(test_attachment_type__says_only_what_we_know),
        cmocka_unit_test(test_attachment_is_program__by_ending_and_octets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
