package dbopt.effects;

import dbopt.evidence.NodeState;
import dbopt.evidence.StatementCounters;
import java.util.HashMap;
import java.util.Map;

/**
 * What is one statement: the same text of the same role, or the same number in the same version of PostgreSQL. Of a number the
 * extension keeps the text that came first: thrown away and back again, it may have another comment or other line breaks.
 */
final class StatementNames {
    private final Map<StatementName, StatementName> byText = new HashMap<>();
    private final Map<String, StatementName> byNumber = new HashMap<>();

    /** The first name under which the statement was seen. */
    StatementName of(NodeState node, StatementCounters statement) {
        String number = node.version().replaceFirst("[^0-9].*", "") + " " + statement.id();
        StatementName own = new StatementName(statement.role(), statement.text());
        StatementName known = byText.get(own);
        if (known == null) {
            known = byNumber.getOrDefault(number, own);
            byText.put(own, known);
        }
        byNumber.putIfAbsent(number, known);
        return known;
    }
}
