package dbopt.evidence;

import dbopt.evidence.UsageVerdict.Unknown;
import dbopt.evidence.UsageVerdict.Unused;
import dbopt.evidence.UsageVerdict.Use;
import dbopt.evidence.UsageVerdict.Used;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the evidence says of an index that each of several equal schemas has. They belong to one application, which reads
 * them in the same ways: so it is unused if no schema has scanned it, and the schemas that are hardly used learn from the
 * others.
 */
public final class EqualVerdicts {
    private EqualVerdicts() {}

    /** What is said of the index in one schema alone. */
    public record Member(String schema, UsageVerdict verdict) {}

    /** What is said of it in the light of the others, in the same order. */
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

    /** That nothing has scanned it there, whether that teaches anything or not. */
    private static Optional<Unused> proof(UsageVerdict verdict) {
        return verdict instanceof Unused unused
                ? Optional.of(unused)
                : verdict instanceof Unknown unknown ? unknown.unscanned() : Optional.empty();
    }

    /** What is missing for the proof there, as the others are told it. */
    private static Stream<Unknown> open(Member member) {
        return member.verdict() instanceof Unknown unknown
                        && unknown.unscanned().isEmpty()
                ? Stream.of(new Unknown(
                        unknown.code(), "in the equal schema %s: %s".formatted(member.schema(), unknown.missing())))
                : Stream.empty();
    }
}
