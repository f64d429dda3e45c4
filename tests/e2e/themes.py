"""Usage: themes.py BREVDUVA FOLDER

Write a letter that uses every block in each theme: FOLDER/brev.html, .eml and
so on; `odd` in colours that nobody should choose. And tables of many columns,
as a letter, a narrow one, and on the web.
"""
import os
import shutil
import sys

from newsletter import Newsletter

HERE = os.path.dirname(os.path.realpath(__file__))
SETTINGS = """
theme:
  logo_alt: Hyttviks byalag
  links:
    Hemsidan: https://hyttvik.example/
    Kalendern: https://hyttvik.example/kalender
    Om byalaget: https://hyttvik.example/om
  parties:
    Kvarnföreningen: https://kvarnen.example/
    Hyttviks bygdegård:
    Studiecirkeln vid viken:
    Norra sjöns fiskevårdsområde: https://fiske.example/
"""
LETTERS = {
    "brev": ("theme.name=brev",),
    "partner": ("theme.name=partner", "theme.logo=logo.png"),
    "notis": ("theme.name=notis",),
    "odd": ("theme.name=partner", "theme.colour=#ffd500",
            "theme.background=#24313a", "theme.font=Verdana, sans-serif",
            "theme.width=680"),
}
TABLES = {
    "tables": ("--as", "html"),
    "tables-narrow": ("--as", "html", "--set", "theme.name=notis"),
    "tables-web": ("--as", "web"),
}


def main():
    program, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    with Newsletter(program) as newsletter:
        themes = os.path.join(HERE, "themes")
        for issue in ("alla-block", "tabeller"):
            newsletter.add_issue(os.path.join(themes, f"{issue}.md"))
            shutil.copytree(os.path.join(themes, "alla-block"), os.path.join(
                newsletter.folder, "issues", issue))
        shutil.copy(os.path.join(themes, "logo.png"), newsletter.folder)
        with open(os.path.join(newsletter.folder, "brevduva.yaml"), "a",
                  encoding="utf-8") as file:
            file.write(SETTINGS)
        reader = newsletter.add_readers(1)[0]
        for name, settings in LETTERS.items():
            options = [word for setting in settings
                       for word in ("--set", setting)]
            for kind in ("html", "eml"):
                letter = newsletter.run("render", "alla-block", "--as", kind,
                                        "--to", reader, *options)
                with open(os.path.join(folder, f"{name}.{kind}"), "w",
                          newline="", encoding="utf-8") as file:
                    file.write(letter)
        for name, options in TABLES.items():
            with open(os.path.join(folder, f"{name}.html"), "w",
                      encoding="utf-8") as file:
                file.write(newsletter.run("render", "tabeller", *options))
    print(f"letters: {folder}")


if __name__ == "__main__":
    main()
