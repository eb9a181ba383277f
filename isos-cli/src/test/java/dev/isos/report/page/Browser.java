package dev.isos.report.page;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/** An installed Chromium without a window, which opens files. */
public final class Browser implements AutoCloseable {
    private static final int POLL_MILLIS = 10;
    private static final int START_ATTEMPTS = 3;
    private static final int PICTURE_ATTEMPTS = 3;
    private static final List<String> CHROMIUM =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final List<String> DRIVER = List.of("chromedriver");

    private final Path profile;
    private final ChromeDriver driver;

    /** Starts the browser, with a profile of its own. */
    public Browser() {
        try {
            profile = Files.createTempDirectory("isos-browser");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(find(CHROMIUM).orElseThrow().toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
        driver = start(options, START_ATTEMPTS);
        driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
    }

    private static ChromeDriver start(ChromeOptions options, int attempts) {
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(find(DRIVER).orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        try {
            return new ChromeDriver(service, options);
        } catch (WebDriverException e) { // another process has taken the port meanwhile, or the machine is too busy
            if (attempts == 1) {
                throw e;
            }
            return start(options, attempts - 1);
        }
    }

    /** Whether browser and driver are on the PATH. */
    static boolean isInstalled() {
        return find(CHROMIUM).isPresent() && find(DRIVER).isPresent();
    }

    private static Optional<Path> find(List<String> names) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Opens a file in a window of this width, with the reader's preference for light or dark. */
    public void open(Path file, int width, String scheme) {
        open(file, width, 900, scheme);
    }

    /** The same in a window of this height. */
    public void open(Path file, int width, int height, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        media("", scheme);
        driver.get("about:blank"); // Else a second visit of the same address with a fragment would not load anew.
        driver.manage().logs().get("browser");
        driver.manage().logs().get("performance");
        driver.get(file.toUri().toString());
    }

    /** Shows the page as on a medium ("print", or "" for the screen). */
    public void media(String medium, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "media",
                        medium,
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** Runs a script in the page; what it returns comes as Long, Double, Boolean, String, List or Map. */
    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a script that ends by calling its last argument. */
    public Object runAsync(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /** The same, of a script that returns a number. */
    public double number(String script, Object... arguments) {
        return ((Number) run(script, arguments)).doubleValue();
    }

    /** Waits until a script returns true. */
    public void await(String script, Object... arguments) {
        if (!comesTrue(Duration.ofSeconds(60), script, arguments)) {
            throw new AssertionError("did not come true in a minute: " + script);
        }
    }

    /** Waits until a script returns true, at most so long, not counting what the machine takes for others; gives whether it did. */
    public boolean comesTrue(Duration most, String script, Object... arguments) {
        for (long left = most.toMillis(); left > 0; left -= POLL_MILLIS) {
            if (Boolean.TRUE.equals(run(script, arguments))) {
                return true;
            }
            sleep();
        }
        return false;
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Presses keys where the focus is. */
    public void press(CharSequence... keys) {
        for (CharSequence key : keys) {
            driver.switchTo().activeElement().sendKeys(key);
        }
    }

    /** The element of a CSS selector. */
    public WebElement element(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /** What a mouse does, once {@code perform()} is called. */
    public Actions mouse() {
        return new Actions(driver);
    }

    /** Goes to the next element in the order of the keyboard. */
    public void tab() {
        press(Keys.TAB);
    }

    /** Warnings and errors of the console since the page was opened. */
    public List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Messages of the network since the page was opened: one per request. */
    public List<String> requests() {
        return driver.manage().logs().get("performance").getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .toList();
    }

    /** The page on A4 paper. */
    public byte[] pdf() {
        Map<String, Object> pdf = driver.executeCdpCommand(
                "Page.printToPDF", Map.of("preferCSSPageSize", true, "paperWidth", 8.27, "paperHeight", 11.69));
        return Base64.getDecoder().decode((String) pdf.get("data"));
    }

    /** A file as a PNG picture, in a window of this size. */
    public byte[] picture(Path file, int width, int height, int dotsPerPixel) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", dotsPerPixel, "mobile", false));
        media("", "light");
        driver.get(file.toUri().toString());
        return picture();
    }

    /** The window as a PNG picture. */
    public byte[] picture() {
        return picture(PICTURE_ATTEMPTS);
    }

    private byte[] picture(int attempts) {
        try {
            Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of());
            return Base64.getDecoder().decode((String) picture.get("data"));
        } catch (TimeoutException e) { // the page before was still being left
            if (attempts == 1) {
                throw e;
            }
            return picture(attempts - 1);
        }
    }

    @Override
    public void close() {
        driver.quit();
        delete(profile.toFile());
    }

    /** What is there: processes of the browser that are ending still write and delete. */
    private static void delete(File file) {
        File[] inside = Files.isSymbolicLink(file.toPath()) ? null : file.listFiles();
        if (inside != null) {
            Stream.of(inside).forEach(Browser::delete);
        }
        file.delete();
    }
}
