# SPDX-License-Identifier: BSD-2-Clause
"""The HTML report in a browser, narrow and wide, light and dark, and on paper: nothing runs over,
everything can be read, headings are in order, nothing is active or fetched."""
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import bundle

BROWSER = "chromium"
WIDTHS = (360, 1280)
PAGES_MOST = 5
SCHEMES = {"dark": 0, "light": 1}  # of Chromium's preferredColorScheme
CAPTURES = ("throttled", "misconfigured", "unreachable-v6", "dropped-local-rule", "dropped-by-path", "intercepted",
            "open", "down")


def browse(*arguments, folder):
    """As root it needs to be told that it may; it reaches no network that is not named here."""
    return subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
         f"--user-data-dir={folder}/profile", *arguments],
        capture_output=True, timeout=90, check=False, env={**os.environ, "HOME": str(folder)})


def audit(pages, scheme, folder):
    """What audit.js finds in each page at each width."""
    frames = "".join(
        f'<iframe width="{width}" height="4000" srcdoc="{html.escape(page, quote=True)}"></iframe>'
        for page in pages for width in WIDTHS)
    script = (Path(__file__).parent / "audit.js").read_text()
    outer = Path(folder) / "outer.html"
    outer.write_text(f"<!doctype html><meta charset=utf-8><body><script>{script}</script>{frames}",
                     encoding="utf-8")
    done = browse(f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
                  "--virtual-time-budget=5000", "--dump-dom", f"file://{outer}", folder=folder)
    found = re.search(r'<p id="found">(.*?)</p>', done.stdout.decode(errors="replace"), re.S)
    return json.loads(html.unescape(found.group(1))) if found else []


def check_page(failures, name, scheme, found):
    where = (name, scheme, found["width"])
    failures.check("the_scheme_is_heeded", found["dark"] == (scheme == "dark"), where)
    failures.check("nothing_runs_over", found["overflow"] <= 0 and found["outside"] == 0,
                   (where, found["overflow"], found["outside"]))
    failures.check("all_text_has_contrast", not found["pale"], (where, found["pale"]))
    failures.check("no_text_is_tiny", found["small"] == 0, (where, found["small"]))
    failures.check("headings_are_in_order", not found["headings"] and found["first"] == 1,
                   (where, found["headings"]))
    failures.check("pictures_have_words", found["unnamed"] == 0, where)
    failures.check("nothing_is_active", found["active"] == 0 and not found["marked"], where)
    failures.check("there_is_something_to_read", found["texts"] > 40, where)


def check_paper(failures, page, folder):
    paper = Path(folder) / "paper.pdf"
    browse("--no-pdf-header-footer", f"--print-to-pdf={paper}", f"file://{page}", folder=folder)
    failures.check("it_can_be_printed", paper.is_file(), page)
    if paper.is_file():
        pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
        failures.check("it_prints_on_few_pages", 1 <= pages <= PAGES_MOST, (page, pages))


def check_sources(failures, name, page):
    failures.check("no_address_to_fetch_from_is_in_it",
                   not re.search(r"(?i)https?:|url\(|@import|src=|href=|<script", page), name)


def main():
    program = bundle.program_of(sys.argv)
    bundle.need(BROWSER)
    failures = bundle.Failures()
    with tempfile.TemporaryDirectory() as folder:
        pages = {}
        for name in CAPTURES:
            _, out = bundle.make(program, bundle.PCAPS / f"{name}.pcapng", folder, name=name)
            pages[name] = (out / "report.html").read_text(encoding="utf-8")
            check_sources(failures, name, pages[name])
        for scheme in SCHEMES:
            found = audit(pages.values(), scheme, folder)
            failures.check("the_audit_ran", len(found) == len(pages) * len(WIDTHS), scheme)
            for index, one in enumerate(found):
                check_page(failures, list(pages)[index // len(WIDTHS)], scheme, one)
        check_paper(failures, Path(folder) / "throttled" / "report.html", folder)
    failures.end()


main()
