#include "brevduva/compose/attachment.h"

#include <stddef.h>

/* How files of a kind begin, where all do. */
#define PDF   BD_STR_INIT("%PDF-")
#define ZIP   BD_STR_INIT("PK\3\4")
#define OLE   BD_STR_INIT("\xd0\xcf\x11\xe0")
#define ANY   BD_STR_INIT("")
#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF   "application/vnd.oasis.opendocument."

static const struct {
    const char *ending;
    bd_str magic;
    const char *type;
} kinds[] = {
    { ".csv", ANY, "text/csv" },
    { ".doc", OLE, "application/msword" },
    { ".docx", ZIP, OOXML "wordprocessingml.document" },
    { ".epub", ZIP, "application/epub+zip" },
    { ".gif", BD_STR_INIT("GIF8"), "image/gif" },
    { ".gpx", ANY, "application/gpx+xml" },
    { ".ics", BD_STR_INIT("BEGIN:VCALENDAR"), "text/calendar" },
    { ".jpeg", BD_STR_INIT("\xff\xd8\xff"), "image/jpeg" },
    { ".jpg", BD_STR_INIT("\xff\xd8\xff"), "image/jpeg" },
    { ".md", ANY, "text/markdown" },
    { ".mp3", ANY, "audio/mpeg" },
    { ".mp4", ANY, "video/mp4" },
    { ".odp", ZIP, ODF "presentation" },
    { ".ods", ZIP, ODF "spreadsheet" },
    { ".odt", ZIP, ODF "text" },
    { ".pdf", PDF, "application/pdf" },
    { ".png", BD_STR_INIT("\x89PNG\r\n\x1a\n"), "image/png" },
    { ".ppt", OLE, "application/vnd.ms-powerpoint" },
    { ".pptx", ZIP, OOXML "presentationml.presentation" },
    { ".rtf", BD_STR_INIT("{\\rtf"), "application/rtf" },
    { ".txt", ANY, "text/plain" },
    { ".vcf", BD_STR_INIT("BEGIN:VCARD"), "text/vcard" },
    { ".webp", BD_STR_INIT("RIFF"), "image/webp" },
    { ".xls", OLE, "application/vnd.ms-excel" },
    { ".xlsx", ZIP, OOXML "spreadsheetml.sheet" },
    { ".zip", ZIP, "application/zip" },
};
#define KINDS (sizeof kinds / sizeof *kinds)

/* Programs, and what programs are in: scripts, installers, macros, pages with
 * scripts, links to programs, pictures of discs. */
static const char *const programs[] = {
    ".ade",   ".adp",  ".apk",  ".app",     ".appx", ".bat", ".chm",  ".cmd",
    ".com",   ".cpl",  ".deb",  ".diagcab", ".dll",  ".dmg", ".docm", ".exe",
    ".hlp",   ".hta",  ".htm",  ".html",    ".img",  ".inf", ".ins",  ".iso",
    ".jar",   ".js",   ".jse",  ".jnlp",    ".lnk",  ".mde", ".mht",  ".mhtml",
    ".msc",   ".msi",  ".msix", ".msp",     ".mst",  ".pif", ".pl",   ".pptm",
    ".ps1",   ".psm1", ".py",   ".rb",      ".reg",  ".rpm", ".run",  ".scf",
    ".scr",   ".sct",  ".sh",   ".shb",     ".svg",  ".sys", ".url",  ".vb",
    ".vbe",   ".vbs",  ".vhd",  ".vhdx",    ".vxd",  ".wsc", ".wsf",  ".wsh",
    ".xhtml", ".xlsb", ".xlsm", ".xll",
};

static const bd_str program_starts[] = {
    BD_STR_INIT("MZ"),
    BD_STR_INIT("\x7f"
                "ELF"),
    BD_STR_INIT("#!"),
    BD_STR_INIT("\xcf\xfa\xed\xfe"),
    BD_STR_INIT("<script"),
    BD_STR_INIT("<!DOCTYPE html"),
    BD_STR_INIT("<html"),
    BD_STR_INIT("<svg"),
};

static bool has_ending(bd_str name, const char *ending)
{
    bd_str end = bd_str_from(ending);

    return name.len > end.len &&
           bd_str_eq_nocase(bd_str_skip(name, name.len - end.len), end);
}

const char *bd_attachment_type(bd_str type)
{
    for (size_t i = 0; i < KINDS; i++)
        if (bd_str_eq(type, bd_str_from(kinds[i].type)))
            return kinds[i].type;
    return BD_OCTETS;
}

const char *bd_attachment_kind(bd_str name, bd_str bytes)
{
    for (size_t i = 0; i < KINDS; i++)
        if (has_ending(name, kinds[i].ending))
            return bd_str_starts(bytes, kinds[i].magic) ? kinds[i].type
                                                        : BD_OCTETS;
    return BD_OCTETS;
}

bool bd_attachment_is_program(bd_str name, bd_str bytes)
{
    bd_str start = bd_str_trim(bd_str_sub(bytes, 0, 1024));

    if (bd_str_starts(start, BD_STR("\xef\xbb\xbf")))
        start = bd_str_trim(bd_str_skip(start, 3));
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (has_ending(name, programs[i]))
            return true;
    for (size_t i = 0; i < sizeof program_starts / sizeof *program_starts; i++)
        if (bd_str_starts_nocase(start, program_starts[i]))
            return true;
    return false;
}
