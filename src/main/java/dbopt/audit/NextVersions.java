package dbopt.audit;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/** The versions that follow those of a project, in the way that the project numbers. */
final class NextVersions {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    private String next;

    private NextVersions(String next) {
        this.next = next;
    }

    /** From this one on, each with its last number raised by one. */
    static NextVersions from(String first) {
        return new NextVersions(first);
    }

    /**
     * From the one after the highest on. A date is followed by today's, with a number of its own; anything else by itself
     * with its last number raised by one. Where there is no version it is 2: the database is baselined at 1, and what is
     * not above the baseline never runs.
     */
    static NextVersions after(Collection<MigrationVersion> versions, LocalDate today) {
        Optional<MigrationVersion> highest = versions.stream().max(MigrationVersion::compareTo);
        return new NextVersions(highest.map(version -> after(version, today)).orElse("2"));
    }

    private static String after(MigrationVersion highest, LocalDate today) {
        String date = DATE.format(today);
        String[] numbers = highest.getVersion().split("\\.", -1);
        boolean isDated = isDate(numbers[0]) && numbers.length <= 2;
        return Stream.of(date + ".1")
                .filter(version ->
                        isDated && MigrationVersion.fromVersion(version).compareTo(highest) > 0)
                .findFirst()
                .orElseGet(() ->
                        isDated && numbers.length == 1 ? highest.getVersion() + ".1" : raised(highest.getVersion()));
    }

    private static boolean isDate(String number) {
        try {
            return number.length() == 8 && LocalDate.parse(number, DATE).getYear() >= 1990;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** The last number keeps its zeros in front. */
    private static String raised(String version) {
        int start = version.lastIndexOf('.') + 1;
        String last = version.substring(start);
        String raised = new BigInteger(last).add(BigInteger.ONE).toString();
        return version.substring(0, start) + "0".repeat(Math.max(0, last.length() - raised.length())) + raised;
    }

    /** Another one at each call. */
    String next() {
        String version = next;
        next = raised(version);
        return version;
    }
}
