"""The desk in a real browser: its keys and forms, and that pages load nothing they may not.

Chromium is Debian's, or the one `WIREWATCH_TEST_CHROMIUM` names. Without one the tests are
skipped, except in CI, where they fail.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from arriving import TAGS, arrive, piece
from factories import an_article
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    FloatRect,
    Locator,
    Page,
    Response,
    Route,
    sync_playwright,
)

from alert.rules import load_rules
from core.ledger import entries, feeds, stories
from core.records import Listed, Tag
from core.settings import load_settings
from desk.app import make_app
from desk.server import listen
from ingest.feeds.finder import Found, FoundFeed
from wirewatch import dossiers
from wirewatch.dossiers import MAX_NAME
from wirewatch.house import House
from wirewatch.newsroom.verdicts import FILE
from wirewatch.stages.index import articles_to_index, index_articles
from wirewatch.stages.link import link
from wirewatch.stages.match import match

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Waits until the browser has drawn what was asked for. `wait_for_function` would need eval, which
the desk's pages forbid, once it looks a second time."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = os.environ.get("WIREWATCH_TEST_CHROMIUM") or shutil.which("chromium")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on the PATH, which CI must have")
        pytest.skip("no Chromium on the PATH")
    with sync_playwright() as playwright:
        # Chromium cannot use its sandbox as root; the pages shown here are our own.
        options = [] if os.geteuid() else ["--no-sandbox"]
        yield playwright.chromium.launch(executable_path=program, args=options)


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """The address of a desk whose home may be written into."""
    with House(load_settings(home)) as house, listen(house, "127.0.0.1", 0) as opened:
        server = uvicorn.Server(uvicorn.Config(make_app(house), log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        serving.start()
        yield f"http://localhost:{opened.getsockname()[1]}"
        server.should_exit = True
        serving.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page on the desk; any error it reports, or request to another site, fails the test."""
    context = browser.new_context(base_url=address)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda message: complaints.append(message.text) if _wrong(message) else None
    )
    opened.on("response", lambda answer: complaints.append(answer.url) if _lost(answer) else None)
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url),
    )
    yield opened
    context.close()
    assert complaints == []


def _wrong(message: ConsoleMessage) -> bool:
    # A refused form (422) is reported on its page; missing files are found by `_lost`.
    return message.type == "error" and not message.text.startswith("Failed to load resource")


def _lost(answer: Response) -> bool:
    return answer.status == 404 or answer.status >= 500


def box_of(shown: Locator) -> FloatRect:
    """Where something is shown, which it has to be."""
    box = shown.bounding_box()
    assert box is not None
    return box


def test_pages_can_be_navigated_by_keys(page: Page) -> None:
    page.goto("/?since=any&order=outlets")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/stories/*")
    assert "Statements" in page.inner_text("main")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/alerts")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/stories/*")  # the alert's story, not its rule
    page.keyboard.press("/")
    page.keyboard.type('outlet:"The Harbour Post" phones')
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("[data-item]").count() >= 1
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*")
    page.keyboard.press("u")
    page.wait_for_url("**/search?q=*")


def test_spreadsheet_can_be_downloaded_by_keys(page: Page) -> None:
    page.goto("/search?q=phones")
    page.focus("text=Atom")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("wirewatch-phones-2")
    assert "\r\n" in download.value.path().read_bytes().decode("utf-8-sig")


def test_up_key_works_in_a_new_tab(page: Page) -> None:
    page.goto("/?since=any")
    with page.context.expect_page() as opened:
        page.locator(".item h2 a").first.click(modifiers=["Control"])
    opened.value.wait_for_load_state()
    opened.value.keyboard.press("u")
    opened.value.wait_for_url(lambda address: "/stories/" not in address)


def test_keys_can_be_switched_off(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    assert page.evaluate("document.activeElement.textContent") == "Close", "not what changes a key"
    page.check("#keys-off")
    page.click("#keys button")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()


def test_keys_work_in_a_browser_that_keeps_nothing_for_pages(page: Page) -> None:
    """The script ended at the first question whether they are switched off."""
    refused = "{ get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } }"
    for store in ("localStorage", "sessionStorage"):
        page.add_init_script(f"Object.defineProperty(window, '{store}', {refused})")
    page.goto("/?done=x")
    page.wait_for_url("/")
    page.keyboard.press("?")
    page.check("#keys-off")
    page.click("#keys button")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()


def test_search_becomes_a_rule_that_is_tried_and_saved(page: Page, home: Path) -> None:
    page.goto("/search?q=spyware")
    page.click("text=Make it a rule")
    page.fill("[name=name]", "spies")
    page.select_option("[name=days]", "7")
    page.click("text=Try it")
    page.wait_for_selector("#trial h2")
    assert "It would have sent" in page.inner_text("#trial")
    assert "/rules/edit" in page.url
    page.fill("[name=query]", "(spyware")
    page.click("button:text('Save')")
    assert "is not closed" in page.inner_text("main")
    page.fill("[name=query]", "topic:spyware")
    page.click("button:text('Save')")
    page.wait_for_selector("text=It alerts on articles from the next pass on")
    assert [rule.name for rule in load_rules(home / "rules.toml").rules][-1] == "spies"
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("[aria-label='Remove spies']")
    assert len(load_rules(home / "rules.toml").rules) == 2
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[aria-label='Remove spies']")
    page.wait_for_selector("text=What it alerted on stays known")
    page.wait_for_url("**/rules")  # without what is done, which the script removes
    page.reload()
    assert page.locator("[role=status]").count() == 0
    assert len(load_rules(home / "rules.toml").rules) == 1


def test_alert_is_sent_again_only_after_a_question(page: Page) -> None:
    page.goto("/alerts")
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.locator("text=Send again").first.click()
    assert asked.value.message == "Send this alert again to terminal?"
    assert page.locator("[role=status]").count() == 0
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("text=Send again").first.click()
    page.wait_for_selector("text=It will be delivered again on the next pass.")


def test_trial_keeps_the_focus_on_its_button(page: Page) -> None:
    page.goto("/rules/edit?name=surveillance")
    page.focus("text=Try it")
    page.keyboard.press("Enter")
    page.wait_for_selector("#trial h2")
    assert page.evaluate("document.activeElement.textContent") == "Try it"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, "<html><h1>Forbidden</h1></html>", "403 Forbidden"),
        (401, "The desk requires its password", "401 Unauthorized"),
    ],
)
def test_trial_answered_by_a_proxy_says_so(page: Page, status: int, body: str, said: str) -> None:
    page.goto("/rules/edit?name=surveillance")
    page.route("**/rules/try", lambda asked: asked.fulfill(status=status, body=body))
    page.click("text=Try it")
    page.wait_for_selector("#trial:not(:empty)")
    assert page.inner_text("#trial") == f"The desk does not answer: {said}"


def test_query_of_several_lines_can_be_searched_again(page: Page) -> None:
    page.goto("/search?q=topic:spyware%0AOR+phones")
    found = page.inner_text(".lead")
    assert page.input_value("#find") == "topic:spyware OR phones"
    page.focus("#find")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=topic%3Aspyware+OR+phones")
    assert page.inner_text(".lead") == found


def test_verdict_can_be_given(page: Page, home: Path) -> None:
    page.goto("/search?q=topic:spyware")
    page.locator(".item h2 a").first.click()
    # A highlight taller than its line would hide the tails of the letters above it.
    lines = "e => e.getClientRects()[0].height / parseFloat(getComputedStyle(e).lineHeight)"
    assert page.locator("h1 mark").first.evaluate(lines) <= 1
    page.click("text=This is not about surveillance")
    page.wait_for_selector("[role=status]")
    assert (home / FILE).read_text().count("hard_negative") == 1
    # One that reads from the right is above its text, not at the window's other side.
    page.locator("h1").evaluate("e => e.textContent = 'الحكومة تنفي '.repeat(12)")
    assert _right(page, "h1") <= _right(page, ".text")


def _right(page: Page, choice: str) -> float:
    box = box_of(page.locator(choice))
    return box["x"] + box["width"]


def test_stories_updated_since_the_last_visit_are_marked(page: Page) -> None:
    page.goto("/?since=any")
    assert page.locator(".item.new").count() == 0
    page.evaluate("localStorage.setItem('seen', '2020-01-01T00:00:00Z')")
    page.reload()
    assert page.locator(".item.new").count() > 10
    read_out = page.locator(".item.new:has(.why q + q)").first.aria_snapshot()
    assert "Updated since you last looked:" in read_out
    assert re.search(r"paragraph: .+; .+\n.+ score \d\.\d\d; .+; ", read_out)
    assert "on this page" not in page.inner_text(".news")
    page.route("**/?since=any", _as_one_of_several_pages)
    page.reload()
    assert " on this page updated since you last looked." in page.inner_text(".news")
    page.click("text=Mark all as seen")
    page.reload()
    assert page.locator(".item.new").count() == 0


def _as_one_of_several_pages(asked: Route) -> None:
    answer = asked.fetch()
    asked.fulfill(
        response=answer, body=answer.text().replace("</ol>", '</ol><nav class="pager"></nav>')
    )


def test_articles_that_are_new_to_a_story_are_marked(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
        *_, last = (one.first_seen for one in stories.articles_of(tx, story.id))
    page.goto(f"/stories/{story.id}")
    assert not page.locator("[data-news]").is_visible()
    page.evaluate("at => localStorage.setItem('seen', at)", f"{last - timedelta(milliseconds=5)}")
    page.reload()
    new = page.locator(".timeline > li.new").count()
    assert 0 < new < page.locator(".timeline > li").count()
    assert page.inner_text(".news") == f"{new} new since you last looked."
    first = page.locator(".timeline > li.new").first
    assert "new ·" in first.aria_snapshot()
    page.set_viewport_size({"width": 1_280, "height": 300})
    page.click(".news a")
    page.wait_for_url("**#new")
    page.evaluate(DRAWN)
    assert box_of(first)["y"] < 100


def test_articles_can_be_taken_out_from_the_end_of_a_long_story(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    page.set_viewport_size({"width": 1_280, "height": 500})
    page.goto(f"/stories/{story.id}")
    page.click("text=Correct this story")
    page.locator(".pick input").last.check()
    buttons, bar = (box_of(page.locator(one)) for one in (".correct", ".bar"))
    assert bar["height"] - 1 <= buttons["y"] < 100
    page.keyboard.press("Shift+Tab")  # what has the focus is not behind the buttons
    page.keyboard.press("Shift+Tab")
    seen = "e => e.getBoundingClientRect().top"
    assert page.locator(":focus").evaluate(seen) > buttons["y"] + buttons["height"]


def test_articles_can_be_taken_out_below_the_last_one_on_a_phone(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/stories/{story.id}")
    button = page.locator(".timeline ~ p button")
    assert not button.is_visible(), "nothing is to be corrected"
    page.click("text=Correct this story")
    assert button.is_visible()
    page.set_viewport_size({"width": 1_280, "height": 844})
    assert not button.is_visible(), "the one above stays in sight"


def test_story_that_arrives_after_loading_is_not_marked_as_seen(page: Page, home: Path) -> None:
    page.goto("/?since=any")
    with House(load_settings(home)) as house:
        came = piece(house, 1, "Lanternfish watched", "It was seen at sea.", first_seen=house.now())
        arrive(house, [came])
        link(house)
    page.click("text=Mark all as seen")
    page.reload()
    assert page.locator(".item.new").all_inner_texts()[0].startswith("Lanternfish watched")
    assert page.locator(".item.new").count() == 1


def test_rule_form_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/rules/edit?query=topic:spyware")
    assert not page.locator("[data-show]").is_visible()
    page.click("text=Try it")  # it needs no name yet
    assert "It would have sent" in page.inner_text("main")
    page.fill("[name=name]", "spies")
    page.click("button:text('Save')")
    assert "Saved" in page.inner_text("main")
    context.close()


def test_a_dossier_is_filled_and_put_in_order_without_scripts(
    browser: Browser, address: str, home: Path
) -> None:
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        first, second = stories.listed(tx, limit=2)
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    for story in (first, second):
        page.goto(f"/stories/{story.id}")
        page.click("summary:text-is('Add to a dossier')")
        if story is first:
            page.fill("[name=name]", "Week 49")
        page.fill("[name=note]", f"Note on {story.title}")
        page.click("button:text-is('Add')")
    page.click("a:text-is('Week 49')")
    page.get_by_label(f"Move up: {second.title}").click()
    assert page.url.endswith(f"#{second.id}")
    assert page.locator("h2 a").all_inner_texts() == [second.title, first.title]
    page.get_by_label(f"Note on {first.title}", exact=True).fill("another")
    page.get_by_label(f"Save the note on {first.title}").click()
    notes = [one.input_value() for one in page.locator("textarea").all()]
    assert notes == [f"Note on {second.title}", "another"]
    page.click("button:text-is('Remove this dossier')")
    assert "No dossiers yet." in page.inner_text("main")
    context.close()


def test_a_printed_dossier_has_its_notes_and_no_forms(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            several = stories.listed(tx, limit=2)
        for story, note in zip(several, ("Lead.\nAsk again.", ""), strict=True):
            dossiers.add(house, "Week 49", story.id, note)
    page.goto("/dossiers/1")
    notes = page.locator(".item > p", has_text="Ask again.")
    assert not notes.is_visible(), "the field has it"
    page.emulate_media(media="print")
    assert notes.inner_text() == "Lead.\nAsk again."
    assert page.locator("form:visible").count() == 0


def test_searches_are_compared_by_keys(page: Page) -> None:
    page.goto("/search?q=phones&days=published")
    page.focus("text=compare with")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("topic:spyware")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=phones&days=published&with=topic%3Aspyware**")
    assert page.locator(".bars").count() == 2
    page.focus("text=as a table")
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert heads == ["published", "phones", "topic:spyware"]
    assert table.get_by_role("rowheader").count() >= 1
    page.keyboard.press("Tab")
    number = page.locator(":focus").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**published%3A**")
    assert page.inner_text(".lead").startswith(f"{number} article")
    page.go_back()
    page.emulate_media(media="print")
    assert page.locator(".bars:visible").count() == 2
    assert not page.locator(".compare").is_visible()


def test_a_printed_search_says_its_days_and_has_no_buttons(page: Page) -> None:
    page.emulate_media(media="print")
    page.goto("/search?from=2026-01-07")
    assert page.get_by_label("first seen from").is_visible(), "nothing else says the period"
    assert page.locator("button:visible").count() == 0
    page.goto("/?since=any")
    assert page.locator(".item:visible").count() > 0
    assert page.locator("button:visible").count() == 0


def test_markdown_of_a_draft_is_copied_by_a_button(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            (story,) = stories.listed(tx, limit=1)
        dossiers.add(house, "Week 49", story.id, "Lead.\nAsk again.")
    page.goto("/dossiers/1/draft")
    markdown = page.get_by_role("textbox", name="As Markdown").input_value()
    copy = page.get_by_role("button", name="Copy")
    told = page.locator("[data-copy] + [role=status]")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('refused'); }")
    copy.click()
    assert "press Ctrl+C" in told.inner_text()
    assert page.evaluate("getSelection().toString()") == markdown
    page.evaluate("delete navigator.clipboard.writeText")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy.click()
    page.evaluate(DRAWN)
    assert told.inner_text() == "Copied."
    assert page.evaluate("navigator.clipboard.readText()") == markdown


def test_copying_is_offered_only_where_scripts_run(
    browser: Browser, address: str, home: Path
) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            (story,) = stories.listed(tx, limit=1)
        dossiers.add(house, "Week 49", story.id, "")
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/dossiers/1/draft")
    assert not page.locator("[data-copy]").is_visible()
    context.close()


def test_a_story_that_is_added_from_the_list_stays_in_view(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            first, *_, last = stories.listed(tx, limit=10)
        dossiers.add(house, "Week 49", first.id, "")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?since=any")
    button = page.get_by_label(f"Add to Week 49: {last.title}")
    assert box_of(button)["height"] >= 24, "for a finger"
    button.click()
    page.wait_for_url(f"**#{last.id}")
    told = page.locator(".item [role=status]")
    assert told.inner_text() == "Added."
    assert 0 < box_of(told)["y"] < 844
    page.keyboard.press("j")
    assert page.evaluate("document.querySelector('.here').previousElementSibling.id") == last.id
    page.emulate_media(media="print")
    assert not any(one.endswith("·") for one in page.locator(".item .facts").all_inner_texts())


def test_focus_and_keys_stay_with_a_story_that_was_moved(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            several = stories.listed(tx, limit=3)
        for story in several:
            dossiers.add(house, "Week 49", story.id, "")
    page.goto("/dossiers/1")
    first, second, third = several
    down = page.get_by_label(f"Move down: {first.title}")
    down.press("Enter")
    page.wait_for_url(f"**#{first.id}")
    page.evaluate(DRAWN)
    assert down.evaluate("e => e === document.activeElement")
    assert page.locator(".item h2 a").all_inner_texts() == [
        second.title,
        first.title,
        third.title,
    ]
    page.keyboard.press("j")
    assert page.locator(":focus").inner_text() == third.title


def test_actions_of_a_story_are_wide_and_high_enough_for_a_finger(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            several = stories.listed(tx, limit=2)
        for story in several:
            dossiers.add(house, "Week 49", story.id, "")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/dossiers/1", f"/stories/{several[0].id}", "/alerts", "/rules"):
        page.goto(address)
        actions = page.locator(".row button.plain, .row > a:not(.button)").all()
        assert actions, address
        for one in actions:
            box = box_of(one)
            assert min(box["width"], box["height"]) >= 24, address


def test_a_note_that_is_not_saved_is_lost_only_after_a_question(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            first, second = stories.listed(tx, limit=2)
        for story in (first, second):
            dossiers.add(house, "Week 49", story.id, "")
    page.goto("/dossiers/1")
    typed = page.get_by_label(f"Note on {first.title}", exact=True)
    down = page.get_by_label(f"Move down: {first.title}")
    typed.fill("Lead.")
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        down.click()
    assert asked.value.message == "A note is not saved yet. Go on without it?"
    page.get_by_label(f"Save the note on {first.title}").click()
    page.wait_for_selector("text=Saved.")
    assert typed.input_value() == "Lead."
    down.click()  # all is saved: nothing is asked
    page.wait_for_selector(f".item:last-child[id='{first.id}']")


def test_direction_marks_in_an_outlets_name_do_not_affect_its_neighbours(
    page: Page, home: Path
) -> None:
    turned = an_article(outlet="Gazette \u202e", title="Lanternfish", language="en", revision=2)
    with House(load_settings(home)) as house:
        assert [one.outcome for one in house.index.write([turned])] == ["created"]
    page.goto("/search?q=lanternfish")
    facts = page.locator(".item .facts")
    away, when, edited = (
        box_of(facts.locator(one))["x"] for one in (".about", "time", "text=edited")
    )
    assert away < when < edited


def test_header_and_headlines_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/search?q=topic:spyware")
    sections = page.locator("nav[aria-label=Sections] a").all()
    assert len({box_of(one)["y"] for one in sections}) == 1
    box, key = box_of(page.locator("#find")), box_of(page.locator(".find kbd"))
    page.focus("#find")
    padding = page.evaluate("parseFloat(getComputedStyle(document.activeElement).paddingRight)")
    assert box["x"] + box["width"] - padding <= key["x"]
    headline = page.locator(".item h2 a").first
    headline.evaluate("e => e.textContent = 'Gericht: Überwachung '.repeat(6)")
    assert headline.evaluate("e => e.scrollHeight - e.clientHeight") == 0  # its end is not cut


@pytest.mark.parametrize(
    ("path", "place", "heading"),
    [("/search?q=topic:surveillance", "filters", "h3"), ("/entries", "ends", "h2")],
)
def test_what_stands_beside_a_list_is_in_reach_on_a_phone(
    page: Page, path: str, place: str, heading: str
) -> None:
    page.goto(path)
    assert not page.locator(".below").is_visible(), "it is beside the list"
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(f"a[href='#{place}']")
    page.wait_for_url(f"**#{place}")
    page.evaluate(DRAWN)
    assert box_of(page.locator(f"#{place} {heading}").first)["y"] < 400


def test_keys_are_offered_only_where_there_is_a_keyboard(browser: Browser, address: str) -> None:
    for is_phone in (False, True):
        context = browser.new_context(base_url=address, has_touch=is_phone, is_mobile=is_phone)
        page = context.new_page()
        page.goto("/rules")
        for offered in (".find kbd", "[data-show]"):
            assert page.locator(offered).is_visible() is not is_phone
        context.close()


@pytest.mark.parametrize("asked", ["q=lanternfish", "q=phones&since=any", "statement=denial"])
def test_only_what_is_listed_can_be_marked_as_seen(page: Page, asked: str) -> None:
    page.goto(f"/?{asked}")
    assert not page.locator("[data-news]").is_visible()


def test_found_feeds_stay_listed_when_one_is_added(
    page: Page, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"format": "Atom", "items": 3, "newest": None}
    made = tuple(FoundFeed(url=f"https://quay.example/{one}", title=one, **told) for one in "ab")
    monkeypatch.setattr("desk.pages.feeds.feeds_at", lambda *_: Found(made))
    page.goto("/feeds")
    page.fill("[name=address]", "quay.example")
    page.click("text=Find feeds")
    page.click("[aria-label='Add https://quay.example/a']")
    page.wait_for_selector("#add-1 .done")
    page.click("[aria-label='Add https://quay.example/b']")
    page.wait_for_selector("#add-2 .done")
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        added = {one.url: one.outlet for one in feeds.listed(tx) if one.site == "quay.example"}
    assert added == {"https://quay.example/a": "a", "https://quay.example/b": "b"}


def test_feed_times_are_labelled_and_fields_can_be_read_on_a_narrow_screen(
    page: Page, home: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/feeds")
    told = "[...document.querySelectorAll('td')].map(e => getComputedStyle(e, '::before').content)"
    assert page.evaluate(told)[2:4] == ['"last poll "', '"next poll "']
    state, _, last, following = page.locator("td").all()[:4]
    assert "since 20" in state.inner_text()
    assert box_of(last)["y"] == box_of(following)["y"]
    # Phones zoom into what has smaller letters once it is touched, and stay there.
    typed = "input:not([type=checkbox], [type=hidden]), select, textarea"
    sizes = f"[...document.querySelectorAll('{typed}')].map(e => getComputedStyle(e).fontSize)"
    with House(load_settings(home)) as house:
        with house.ledger.read() as tx:
            (story,) = stories.listed(tx, limit=1)
        dossiers.add(house, "Week 49", story.id, "")
    dossier = (f"/stories/{story.id}", "/dossiers/1", "/dossiers/1/draft")
    for address in ("/feeds", "/", "/search", "/rules/edit", *dossier):
        page.goto(address)
        assert {*page.evaluate(sizes)} == {"16px"}


def test_actions_of_a_feed_stand_in_two_columns_and_on_a_phone_in_one_line(page: Page) -> None:
    actions = page.locator("tr:has(summary:text-is('Pause')) td:nth-child(5) .row").first
    sides = "e => [...e.children].map(one => Math.round(one.getBoundingClientRect().left))"
    for width, columns in ((1_200, 2), (390, 4)):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto("/feeds")
        assert len({*actions.evaluate(sides)}) == columns
    page.locator("summary:text-is('Pause')").first.click()
    page.locator("[name=why]").first.fill("relaunch")
    page.locator("button:text-is('Pause')").first.click()
    page.set_viewport_size({"width": 1_200, "height": 844})
    paused = page.locator("tr:has(button:text-is('Resume')) td:nth-child(5) .row")
    assert len({*paused.evaluate(sides)}) == 2


def test_links_and_marks_within_text_are_known_by_more_than_colour(page: Page, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        known = entries.latest(tx, limit=1_000)
    edited = next(one for one in known if one.revision > 1)
    copy = next(one for one in known if one.duplicate_of)
    plain = """() => [...document.querySelectorAll("main p a")].filter(
        e => !e.className && getComputedStyle(e).textDecorationLine != "underline"
    ).map(e => e.textContent)"""
    for address in (f"/articles/{copy.id}", f"/stories/{copy.story}", "/alerts", "/?q=lanternfish"):
        page.goto(address)
        assert page.evaluate(plain) == [], address
    page.emulate_media(forced_colors="active")  # as on paper, there are no backgrounds
    drawn = "e => getComputedStyle(e).textDecorationLine"
    page.goto(f"/articles/{edited.id}/changes")
    assert page.locator("ins").first.evaluate(drawn) == "underline"
    page.goto("/search?q=topic:surveillance")
    quotes = "e => getComputedStyle(e).quotes"
    assert page.locator(".why q").first.evaluate(quotes) == '"“" "”"'
    closing = "e => getComputedStyle(e, '::after').content"
    assert page.locator(".why q:not(:last-child)").first.evaluate(closing).startswith("close-quote")


def test_long_words_make_no_page_wider_than_its_window(page: Page, home: Path) -> None:
    word = f"Lanternfish{'h' * 300}"
    with House(load_settings(home)) as house:
        said = f"{word} was seen at sea."
        tags = (*TAGS, Tag(topic=word, score=0.9))
        made = piece(house, 1, f"{word} watched", said, outlet=word, authors=(word,), tags=tags)
        arrive(house, [made])
        with house.ledger.write() as tx:
            feeds.add_all(tx, [Listed(url=f"https://{word}.example", outlet=word)], house.now())
        link(house)
        match(house)
        for segment in articles_to_index(house):
            index_articles(house, segment)
        dossiers.add(house, word[:MAX_NAME], made.id, word)
    addresses = [
        f"/search?pick=outlet:{word}&pick=topic:{word}",
        *("/", "/search?q=lanternfish*", f"/search?q=lanternfish*&with={word}&with=topic:{word}"),
        *(f"/search?q={word}+-", "/alerts", "/rules", "/feeds"),
        *("/entries", f"/rules/edit?query={word}", f"/articles/{made.id}", f"/stories/{made.id}"),
        *("/dossiers", "/dossiers/1", "/dossiers/1/draft"),
    ]
    wide = {}
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('.volume details').forEach(e => e.open = true)")
        for window, size in ((1_280, 100), (390, 200), (320, 200), (320, 100)):
            page.set_viewport_size({"width": window, "height": 700})
            page.evaluate(f"document.documentElement.style.fontSize = '{size}%'")
            if (width := page.evaluate("document.documentElement.scrollWidth")) > window:
                wide[address, size] = width
        sections = page.locator("nav[aria-label=Sections] a").all()
        assert all(box_of(one)["x"] < 320 for one in sections)
    assert wide == {}
    page.goto("/search?q=lanternfish*")
    lines = "e => e.offsetHeight / parseFloat(getComputedStyle(e).lineHeight)"
    for width, most in ((320, 6.1), (1_280, 4.1)):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.locator(".item h2 a").first.evaluate(lines) <= most
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/articles/{made.id}")
    assert page.locator(".up").evaluate(lines) <= 3.1  # its story, of the same title
