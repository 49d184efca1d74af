package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The pages in a real browser, Debian's chromium; their screenshots stay in {@code target/screenshots}. */
@Tag("browser")
@Tag("anyversion")
class PageTest {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path FOLDER = Path.of("target/screenshots");
    private static final int A4_WIDTH = 688; // without its margins
    private static final String HOSTILE = "\"<script>document.title = 'owned'</script>\"";

    private static final String WIDER_THAN_THE_SCREEN =
            """
            return [...document.querySelectorAll("*")]
                .filter(element => element.getBoundingClientRect().right > arguments[0] + 1 && !element.closest(".wide"))
                .map(element => element.outerHTML.slice(0, 100));
            """;

    private static final Path PLANS = FOLDER.resolve("plans.html");
    private static final Path WATCH = FOLDER.resolve("watch.html");
    private static final Path REHEARSE = FOLDER.resolve("rehearse.html");

    private static ChromeDriver browser;
    private static Path page;

    @BeforeAll
    static void open() throws IOException {
        boolean installed = Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER);
        if (!installed) {
            System.out.println("There is no " + BROWSER + " with " + DRIVER + ": the page is NOT tested in a browser.");
        }
        assumeTrue(installed, "no chromium with chromium-driver");
        Files.createDirectories(FOLDER);
        page = page();
        browser = start();
        open(page);
    }

    private static void open(Path file) {
        browser.get(file.toAbsolutePath().toUri().toString());
    }

    /** The third report of the audited database, with names that try to break out of the page. */
    private static Path page() throws IOException {
        Path report = FOLDER.resolve("page.html").toAbsolutePath();
        Path observations = Files.createTempFile("observations", ".jsonl");
        Path plans = Files.createTempFile("plans", ".json");
        Path history = Files.createTempFile("history", ".jsonl");
        try (TestDatabase database = TestDatabase.audited()) {
            database.run(
                    "create table " + HOSTILE + " (a int, b int)",
                    "create index \"</td><img src=x onerror=alert(1)>\" on " + HOSTILE + " (a)",
                    "create index \"it's \"\"wide\"\"; --\" on " + HOSTILE + " (a, b)",
                    "delete from metrics_commit where id % 3 = 0");
            CommandRun.on(database, "plans", "record", plans.toString());
            keep(REHEARSE, CommandRun.on(database, "rehearse", "--format", "html"));
            CommandRun.on(database, "observe", observations.toString());
            CommandRun.on(database, "health", "--history", history.toString());
            Runs.daysBefore(history);
            CommandRun.on(database, "migrate");
            CommandRun.on(database, "observe", observations.toString());
            keep(PLANS, CommandRun.on(database, "plans", "compare", plans.toString(), "--format", "html"));
            keep(WATCH, CommandRun.on(database, "watch", observations.toString(), "--format", "html"));
            CommandRun.on(database, "health", "--history", history.toString());
            CommandRun.on(database, "maintain", "--cost-delay", "0");
            database.run(
                    "create table orders (day int)",
                    "alter table orders add constraint orders_day_check check (day > 0) not valid");
            CommandRun run = CommandRun.on(
                    database,
                    "health",
                    "--history",
                    history.toString(),
                    "--format",
                    "html",
                    "--output",
                    report.toString());
            run.assertSucceeded();
            assertThat(run.output()).isEmpty();
        } finally {
            Files.delete(history);
            Files.delete(observations);
            Files.delete(plans);
        }
        return report;
    }

    private static void keep(Path file, CommandRun run) throws IOException {
        run.assertSucceeded();
        Files.writeString(file, run.output());
    }

    private static ChromeDriver start() {
        Logger.getLogger("org.openqa.selenium")
                .setLevel(Level.SEVERE); // it warns about missing parts that nothing here uses
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking");
        options.setCapability("goog:loggingPrefs", logging);
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File(DRIVER.toString()))
                        .build(),
                options);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void reload() {
        show(1280, "light");
        open(page);
    }

    private static void show(int width, String theme) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    private static void keepScreenshot(String name) throws IOException {
        Map<String, Object> shot =
                browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        Files.write(FOLDER.resolve(name + ".png"), Base64.getDecoder().decode((String) shot.get("data")));
    }

    /** Reads all names in one call to the browser, since there are many rows. */
    private static List<String> names(String table) {
        List<?> names = (List<?>) browser.executeScript(
                """
                return [...document.querySelectorAll("#" + arguments[0] + " tbody tr")]
                    .filter(row => row.offsetParent !== null)
                    .map(row => row.querySelector("th").innerText);
                """,
                table);
        return names.stream().map(String.class::cast).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "plans", "watch", "rehearse"})
    void fits_both_themes_and_a_phone_without_horizontal_scrolling(String name) throws IOException {
        open(pageOf(name));
        for (String theme : List.of("light", "dark")) {
            for (int width : new int[] {1280, 375}) {
                show(width, theme);
                keepScreenshot(name + "-" + theme + "-" + width);
                assertThat(browser.executeScript(WIDER_THAN_THE_SCREEN, width))
                        .as("wider than %d", width)
                        .isEqualTo(List.of());
                assertThat(browser.executeScript(
                                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                        .isEqualTo(true);
            }
            assertThat(browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo(theme.equals("light") ? "rgb(245, 246, 248)" : "rgb(20, 24, 29)");
        }
    }

    private static Path pageOf(String name) {
        return switch (name) {
            case "plans" -> PLANS;
            case "watch" -> WATCH;
            case "rehearse" -> REHEARSE;
            default -> page;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "plans", "watch", "rehearse"})
    void the_verdict_is_visible_without_scrolling_on_a_phone(String name) {
        open(pageOf(name));
        show(375, "light");
        Rectangle verdict = browser.findElement(By.className("verdict")).getRect();
        assertThat(verdict.getX() + verdict.getWidth()).isLessThanOrEqualTo(375);
        assertThat(verdict.getY() + verdict.getHeight()).isLessThan(450);
        assertThat(browser.findElements(By.cssSelector(".tile strong")))
                .isNotEmpty()
                .allMatch(WebElement::isDisplayed);
    }

    /** The picture in the README; CONTRIBUTING says how to draw it again. */
    @Test
    @EnabledIfSystemProperty(named = "dbopt.picture", matches = ".+")
    void draws_the_screenshot_of_a_report() throws IOException {
        String tested = browser.getCurrentUrl();
        browser.get(Path.of("target/sample.html").toUri().toString());
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
        Map<String, Object> shot = browser.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of("clip", Map.of("x", 20, "y", 0, "width", 1240, "height", 900, "scale", 1)));
        Files.write(
                Path.of(System.getProperty("dbopt.picture")),
                Base64.getDecoder().decode((String) shot.get("data")));
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", false));
        browser.get(tested);
    }

    @Test
    void prints_nothing_on_the_console_and_loads_nothing_from_the_network() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        assertThat(browser.executeScript("return performance.getEntriesByType('resource').length"))
                .isEqualTo(0L);
    }

    @Test
    void names_from_the_database_stay_text() {
        assertThat(browser.getTitle()).startsWith("Database health: ");
        assertThat(names("table-list")).contains("public." + HOSTILE);
        assertThat(names("index-list"))
                .contains("public.\"</td><img src=x onerror=alert(1)>\"", "public.\"it's \"\"wide\"\"; --\"");
        assertThat(browser.findElements(By.tagName("img"))).isEmpty();
    }

    @Test
    void sorts_by_number_and_by_name_with_the_keyboard_too() {
        WebElement rows = browser.findElement(By.xpath("//table[@id='table-list']//button[.='Rows']"));
        rows.sendKeys(Keys.ENTER);
        assertThat(names("table-list").get(0)).isEqualTo("public.metrics_aiusagedaily");
        assertThat(browser.findElement(By.xpath("//table[@id='table-list']//th[button='Rows']"))
                        .getDomAttribute("aria-sort"))
                .isEqualTo("descending");
        browser.findElement(By.xpath("//table[@id='table-list']//button[.='Table']"))
                .click();
        assertThat(names("table-list")).isSortedAccordingTo(String::compareToIgnoreCase);
    }

    @Test
    void shows_the_first_findings_of_an_alert_and_the_others_when_asked() {
        WebElement button = browser.findElement(
                By.xpath("//article[contains(., 'Redundant indexes')]//button[contains(., 'more')]"));
        List<WebElement> rows = browser.findElements(By.xpath("//article[contains(., 'Redundant indexes')]//tbody/tr"));
        assertThat(rows).hasSizeGreaterThan(8);
        assertThat(rows.stream().filter(WebElement::isDisplayed)).hasSize(5);
        assertThat(button.getText()).isEqualTo("Show " + (rows.size() - 5) + " more");
        button.sendKeys(Keys.ENTER);
        assertThat(rows).allMatch(WebElement::isDisplayed);
        assertThat(button.getDomAttribute("aria-expanded")).isEqualTo("true");
    }

    @Test
    void the_printed_page_shows_folded_content_and_no_controls() throws IOException {
        print("health");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"plans", "watch", "rehearse"})
    void the_printed_version_of_the_other_pages_shows_folded_content(String name) throws IOException {
        print(name);
    }

    private static void print(String name) throws IOException {
        open(pageOf(name));
        browser.findElements(By.cssSelector("input[type=search]")).forEach(field -> field.sendKeys("metrics"));
        browser.executeScript("dispatchEvent(new Event('beforeprint'))");
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", A4_WIDTH, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        assertThat(browser.executeScript(WIDER_THAN_THE_SCREEN.replace(".wide", ".none"), A4_WIDTH))
                .as("cut off")
                .isEqualTo(List.of());
        assertThat(browser.findElements(By.cssSelector("nav, input, label, .count, button.action")))
                .noneMatch(WebElement::isDisplayed);
        assertThat(
                        browser.executeScript(
                                """
                        const all = document.querySelectorAll(".folds tbody tr, .stack tbody tr, details.card pre, article tr pre, .plans pre");
                        return [...all].filter(part => !part.getClientRects().length).map(part => part.outerHTML.slice(0, 100));
                        """))
                .as("not on paper")
                .isEqualTo(List.of());
        browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
        browser.executeScript("dispatchEvent(new Event('afterprint'))");
        assertThat(browser.findElements(By.cssSelector("details.card pre, .plans pre")))
                .noneMatch(WebElement::isDisplayed);
        Map<String, Object> paper = browser.executeCdpCommand("Page.printToPDF", Map.of());
        Files.write(FOLDER.resolve(name + "-paper.pdf"), Base64.getDecoder().decode((String) paper.get("data")));
    }

    @Test
    void a_statement_is_next_to_its_finding_and_its_button_copies_it() {
        browser.executeCdpCommand(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        WebElement row = browser.findElement(By.xpath("//article//tbody/tr[contains(., 'orders_day_check')]"));
        String statement = row.findElement(By.tagName("pre")).getText();
        assertThat(statement).isEqualTo("alter table public.orders validate constraint orders_day_check;");
        WebElement button = row.findElement(By.tagName("button"));
        button.click();
        Await.until(() -> !button.getText().equals("Copy"), () -> "the button says what it did");
        assertThat(button.getText()).isEqualTo("Copied");
        assertThat(browser.executeAsyncScript(
                        "navigator.clipboard.readText().then(arguments[0], why => arguments[0](String(why)))"))
                .isEqualTo(statement);
    }

    @Test
    void says_what_changed_since_the_last_run_and_what_was_deployed() {
        assertThat(browser.findElement(By.xpath("//section[h2/@id='since']")).getText())
                .contains("public.orders new Constraints not validated")
                .containsPattern("1 new, [0-9]+ gone, [0-9]+ as before\\.");
        assertThat(browser.findElements(By.cssSelector(".flag")))
                .anyMatch(flag -> flag.getText().equals("V2 to V8"));
    }

    @Test
    void a_chart_has_dates_and_a_scale_and_shows_values_by_mouse_and_keyboard() {
        WebElement plot = browser.findElement(By.cssSelector(".plot"));
        assertThat(plot.findElements(By.className("date"))).hasSize(5).allMatch(date -> date.getText()
                .matches("[0-9]{4}-[0-9]{2}-[0-9]{2}"));
        assertThat(plot.findElements(By.className("height"))).hasSizeGreaterThan(2);
        new Actions(browser)
                .moveToElement(plot, 5 - plot.getSize().getWidth() / 2, 0)
                .perform();
        String first = plot.findElement(By.className("tip")).getText();
        assertThat(first).containsPattern("(?s)^[0-9-]{10} [0-9:]{5} UTC\ntables: .*\nindexes: ");
        new Actions(browser).moveToLocation(0, 0).perform();
        plot.sendKeys(Keys.END, Keys.ARROW_LEFT);
        assertThat(plot.findElement(By.className("tip")).getText()).contains("Deployed: V2__drop_commit_pr_idx, V3__");
    }

    @Test
    void names_break_after_a_dot_or_an_underscore_and_are_copied_unchanged() {
        assertThat(
                        browser.executeScript(
                                """
                        return [...document.querySelectorAll(".name wbr")]
                            .filter(wbr => !/[._]$/.test(wbr.previousSibling.textContent)).length"""))
                .isEqualTo(0L);
        show(375, "light");
        assertThat(
                        browser.executeScript(
                                """
                        const broken = [];
                        for (const name of document.querySelectorAll(".name")) {
                            if (/[^\\w."]/.test(name.textContent)) continue;
                            for (const part of name.childNodes) {
                                const range = document.createRange();
                                range.selectNodeContents(part);
                                if (range.getClientRects().length > 1 && part.textContent.length < 30) broken.push(name.textContent);
                            }
                        }
                        return broken;"""))
                .isEqualTo(List.of());
    }

    @Test
    void filters_while_typing() {
        browser.findElement(By.id("filter-index-list")).sendKeys("PRSURVEY_");
        assertThat(names("index-list")).isNotEmpty().allMatch(name -> name.contains("prsurvey_"));
        assertThat(count("//section[h2/@id='indexes']"))
                .matches(names("index-list").size() + " of [0-9]+ rows");
    }

    @Test
    void folded_findings_are_filtered_and_sorted_with_the_keyboard_too() {
        String alert = "//article[contains(., 'Redundant indexes')]";
        List<WebElement> rows = browser.findElements(By.xpath(alert + "//tbody/tr"));
        assertThat(count(alert)).isEqualTo("5 of " + rows.size() + " rows");
        String last = rows.get(rows.size() - 1).findElement(By.tagName("th")).getText();
        WebElement field = browser.findElement(By.xpath(alert + "//input"));
        assertThat(field.getAccessibleName()).isEqualTo("Show only rows that contain");
        field.sendKeys(last);
        assertThat(rows.stream().filter(WebElement::isDisplayed).map(WebElement::getText))
                .isNotEmpty()
                .allMatch(text -> text.contains(last));
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        assertThat(count(alert)).isEqualTo("5 of " + rows.size() + " rows");
        browser.findElement(By.xpath(alert + "//th/button[.='Object']")).sendKeys(Keys.ENTER);
        assertThat(browser.findElements(By.xpath(alert + "//tbody/tr/th")).stream()
                        .filter(WebElement::isDisplayed)
                        .map(WebElement::getText))
                .hasSize(5)
                .isSortedAccordingTo(String::compareToIgnoreCase);
    }

    private static String count(String part) {
        return browser.findElement(By.xpath(part + "//*[@role='status']")).getText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plans", "watch", "rehearse"})
    void options_and_names_do_not_break_at_a_hyphen(String name) {
        open(pageOf(name));
        for (int width : new int[] {1280, 375}) {
            show(width, "light");
            assertThat(
                            browser.executeScript(
                                    """
                            const broken = [];
                            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                            while (walker.nextNode()) {
                                const text = walker.currentNode;
                                if (text.parentElement.closest("script, style")) continue;
                                for (const option of text.data.matchAll(/--?[a-z][a-z-]*/g)) {
                                    const range = document.createRange();
                                    range.setStart(text, option.index);
                                    range.setEnd(text, option.index + option[0].length);
                                    if (range.getClientRects().length > 1) broken.push(option[0]);
                                }
                            }
                            return broken;"""))
                    .isEqualTo(List.of());
        }
    }

    @Test
    void text_has_enough_contrast_to_its_background() {
        String contrast =
                """
                const channel = value => value <= 10.31 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
                const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number).map(channel)
                    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
                const behind = element => {
                    const colour = getComputedStyle(element).backgroundColor;
                    return colour === "rgba(0, 0, 0, 0)" ? behind(element.parentElement) : colour;
                };
                return Math.min(...[...document.querySelectorAll("p, th, td, h1, h2, h3, a, .badge, .soft, code")].map(element => {
                    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
                    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                }));
                """;
        for (String theme : List.of("light", "dark")) {
            show(1280, theme);
            assertThat(((Number) browser.executeScript(contrast)).doubleValue())
                    .as("the least contrast in the " + theme + " theme")
                    .isGreaterThanOrEqualTo(4.5);
        }
    }
}
