package dbopt.effects;

import dbopt.evidence.NodeState;
import dbopt.evidence.StatementCounters;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds statements that are the same: by the text and the role, or by the server's number in the same version of PostgreSQL.
 * pg_stat_statements keeps the first text for a number; if it discards the statement and counts it again, the text can have
 * another comment or other line breaks.
 */
final class StatementNames {
    private final Map<StatementName, StatementName> byText = new HashMap<>();
    private final Map<String, StatementName> byNumber = new HashMap<>();

    /** Returns the first name under which the statement was seen. */
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
