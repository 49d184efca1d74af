package dbopt.scaffold;

import static java.util.Comparator.comparing;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;

/** The versions that follow those of a project, numbered in the project's own way. */
final class NextVersions {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    /** Matches versions that are a date or end in one, with or without a number after it. */
    private static final Pattern DATED = Pattern.compile(
            "(?<before>(?:[0-9]+[._])*)(?<year>(?:199|20[0-9])[0-9])(?<separator>[._]?)(?<month>[0-9]{2})\\k<separator>(?<day>[0-9]{2})(?:[._](?<number>[0-9]+))?");

    private String next;

    private NextVersions(String next) {
        this.next = next;
    }

    /** Returns the versions from this one on, each with its last number raised by one. */
    static NextVersions from(String first) {
        return new NextVersions(first);
    }

    /**
     * Returns the versions that follow the highest one. A date is followed by today's date with a number; a version that ends
     * in a date is followed by the same with one more number; any other version is followed by the same with its last number
     * raised by one. A project without versions begins at 2: its database is baselined at 1, and Flyway never runs a version
     * that is not above the baseline.
     *
     * @param versions the versions as the project writes them, with dots or underscores
     */
    static NextVersions after(Collection<String> versions, LocalDate today) {
        Optional<String> highest = versions.stream().max(comparing(MigrationVersion::fromVersion));
        return new NextVersions(highest.map(version -> after(version, today)).orElse("2"));
    }

    /**
     * Returns a version of the schema history, in which only dots occur, with the dots and underscores of a version in the
     * project.
     */
    static String spelled(String version, String like) {
        String separators = like.replaceAll("[0-9]+", "");
        String all = separators.isEmpty() ? "_" : separators;
        StringBuilder spelled = new StringBuilder();
        int position = 0;
        for (String number : version.split("[.]", -1)) {
            if (!spelled.isEmpty()) {
                spelled.append(all.charAt(Math.min(position++, all.length() - 1)));
            }
            spelled.append(number);
        }
        return spelled.toString();
    }

    private static String after(String highest, LocalDate today) {
        Matcher dated = DATED.matcher(highest);
        if (!dated.matches() || !isDate(dated)) {
            return raised(highest);
        }
        String separator = dated.group("separator");
        String between = separator.isEmpty() ? "_" : separator;
        String date = DATE.format(today).replaceFirst("(....)(..)(..)", "$1" + separator + "$2" + separator + "$3")
                + between + "1";
        boolean isLater = dated.group("before").isEmpty()
                && MigrationVersion.fromVersion(date).compareTo(MigrationVersion.fromVersion(highest)) > 0;
        return isLater ? date : dated.group("number") == null ? highest + between + "1" : raised(highest);
    }

    private static boolean isDate(Matcher dated) {
        try {
            LocalDate.parse(dated.group("year") + dated.group("month") + dated.group("day"), DATE);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Returns the version with its last number raised by one; the number keeps its leading zeros. */
    private static String raised(String version) {
        int start = Math.max(version.lastIndexOf('.'), version.lastIndexOf('_')) + 1;
        String last = version.substring(start);
        String raised = new BigInteger(last).add(BigInteger.ONE).toString();
        return version.substring(0, start) + "0".repeat(Math.max(0, last.length() - raised.length())) + raised;
    }

    /** Returns the next version, a different one at each call. */
    String next() {
        String version = next;
        next = raised(version);
        return version;
    }
}
