"""Usage: render.py BREVDUVA FOLDER

Write the letters that the other tests look at: FOLDER/real.html, .txt, .eml
and FOLDER/sample.*, each as one made-up reader gets it.
"""
import os
import sys

from newsletter import SAMPLE, Newsletter, find_issue

LETTERS = {"real": find_issue(),
           "sample": (os.path.join(SAMPLE, "issues/2026-4.md"), "2026-4")}


def main():
    program, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    with Newsletter(program) as newsletter:
        reader = newsletter.add_readers(10)[0]
        for name, (path, slug) in LETTERS.items():
            newsletter.add_issue(path)
            for kind, suffix in (("html", "html"), ("text", "txt"),
                                 ("eml", "eml")):
                letter = newsletter.run("render", slug, "--as", kind, "--to",
                                        reader)
                with open(os.path.join(folder, f"{name}.{suffix}"), "w",
                          newline="") as file:
                    file.write(letter)
    print(f"letters: {folder}")


if __name__ == "__main__":
    main()
