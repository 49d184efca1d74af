package dbopt.evidence;

import dbopt.evidence.UsageVerdict.Unknown;
import dbopt.evidence.UsageVerdict.Unused;
import dbopt.evidence.UsageVerdict.Use;
import dbopt.evidence.UsageVerdict.Used;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges an index that each of several equal schemas has. The schemas belong to one application, which reads them in the same
 * ways: so the index is unused only if it was scanned in no schema, and the verdict for a schema that is hardly used follows
 * from the others.
 */
public final class EqualVerdicts {
    private EqualVerdicts() {}

    /** The verdict on the index in one schema, by its own counters. */
    public record Member(String schema, UsageVerdict verdict) {}

    /** Returns the verdict on each of the indexes with regard to the others, in the order of {@code members}. */
    public static List<UsageVerdict> of(List<Member> members) {
        Optional<Used> used = members.stream()
                .flatMap(member -> member.verdict() instanceof Used found ? Stream.of(found) : Stream.empty())
                .findFirst();
        if (used.isPresent()) {
            return members.stream().<UsageVerdict>map(member -> used.get()).toList();
        }
        Optional<Unknown> open = members.stream().flatMap(EqualVerdicts::open).findFirst();
        if (open.isPresent()) {
            return members.stream()
                    .map(member -> open(member).findAny().isPresent() ? member.verdict() : open.get())
                    .toList();
        }
        List<Unused> proofs = members.stream()
                .map(member -> proof(member.verdict()).orElseThrow())
                .toList();
        boolean taught =
                proofs.stream().map(Unused::use).reduce(Use.NONE, Use::plus).teaches();
        return members.stream()
                .map(member -> taught ? proof(member.verdict()).orElseThrow() : member.verdict())
                .toList();
    }

    /**
     * Returns the proof that nothing has scanned the index, even if its table is hardly used; empty if there is no such proof.
     */
    private static Optional<Unused> proof(UsageVerdict verdict) {
        return verdict instanceof Unused unused
                ? Optional.of(unused)
                : verdict instanceof Unknown unknown ? unknown.unscanned() : Optional.empty();
    }

    /** Returns what is missing for the proof in this schema, in the words that are reported for the other schemas. */
    private static Stream<Unknown> open(Member member) {
        return member.verdict() instanceof Unknown unknown
                        && unknown.unscanned().isEmpty()
                ? Stream.of(new Unknown(
                        unknown.code(), "in the equal schema %s: %s".formatted(member.schema(), unknown.missing())))
                : Stream.empty();
    }
}
