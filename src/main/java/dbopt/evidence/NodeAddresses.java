package dbopt.evidence;

import dbopt.server.DatabaseAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The nodes of a cluster that are to be asked, each once.
 *
 * @param byName by host, port and database; the first is where the command works
 */
public record NodeAddresses(Map<String, DatabaseAddress> byName) {
    public NodeAddresses {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * The database and the other nodes, which are asked as the same role where their addresses name none.
     *
     * @param nodes the addresses that {@code --node} gives
     * @param warning receives the report of a password that others can read
     */
    public static NodeAddresses of(DatabaseAddress first, List<String> nodes, Consumer<String> warning) {
        Map<String, DatabaseAddress> addresses = new LinkedHashMap<>();
        addresses.put(name(first), first);
        for (String node : nodes) {
            DatabaseAddress address = DatabaseAddress.parse(node, "--node");
            if (address.password().isPresent()) {
                warning.accept(
                        "WARNING: everyone on this machine can read the password in --node while this runs. Give it by FLYWAY_PASSWORD, --password-file or --password, which go to every node.");
            }
            addresses.putIfAbsent(
                    name(address),
                    new DatabaseAddress(
                            address.url(),
                            address.user().or(first::user),
                            address.password().or(first::password),
                            Optional.of("--node")));
        }
        return new NodeAddresses(addresses);
    }

    /** These and the nodes of these names, which are asked as the first is, with the parameters of its address. */
    public NodeAddresses and(List<String> names) {
        Map<String, DatabaseAddress> addresses = new LinkedHashMap<>(byName);
        DatabaseAddress first = byName.values().iterator().next();
        int parameters = first.url().indexOf('?');
        for (String name : names) {
            int database = name.lastIndexOf('/') + 1;
            String url = "jdbc:postgresql://" + name.substring(0, database)
                    + URLEncoder.encode(name.substring(database), StandardCharsets.UTF_8)
                    + (parameters < 0 ? "" : first.url().substring(parameters));
            addresses.putIfAbsent(
                    name,
                    new DatabaseAddress(url, first.user(), first.password(), Optional.of("the file of observations")));
        }
        return new NodeAddresses(addresses);
    }

    private static String name(DatabaseAddress address) {
        return new DatabaseAddress(address.url(), Optional.empty(), Optional.empty()).display();
    }
}
