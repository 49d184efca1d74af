package dbopt.project;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Reads the Flyway plugin's configuration from a {@code pom.xml} alone, without parents and profiles, and without running
 * Maven.
 */
final class PomSettings {
    private PomSettings() {}

    /**
     * Returns the settings; empty if the POM does not have the plugin.
     *
     * @throws IllegalArgumentException if the text is not XML
     */
    static Optional<Map<String, String>> of(String pom, Path root, Map<String, String> environment) {
        Element project = parsed(pom);
        Map<String, String> values =
                new HashMap<>(Map.of("project.basedir", root.toString(), "basedir", root.toString()));
        environment.forEach((name, value) -> values.put("env." + name, value));
        children(project, "properties")
                .flatMap(PomSettings::children)
                .forEach(property -> values.put(property.getTagName(), text(property)));
        Optional<Element> plugin = Stream.concat(
                        children(project, "build"),
                        children(project, "build").flatMap(build -> children(build, "pluginManagement")))
                .flatMap(build -> children(build, "plugins"))
                .flatMap(plugins -> children(plugins, "plugin"))
                .filter(one -> children(one, "artifactId").anyMatch(id -> text(id).equals("flyway-maven-plugin")))
                .findFirst();
        return plugin.map(found -> settings(found, values));
    }

    private static Map<String, String> settings(Element plugin, Map<String, String> values) {
        Map<String, String> all = new TreeMap<>(values);
        children(plugin, "configuration").flatMap(PomSettings::children).forEach(setting -> {
            switch (setting.getTagName()) {
                case "placeholders" -> children(setting)
                        .forEach(one -> all.put("flyway.placeholders." + one.getTagName(), text(one)));
                case "pluginConfiguration" -> children(setting)
                        .forEach(one -> all.put("flyway." + one.getTagName(), text(one)));
                default -> all.put(
                        "flyway." + setting.getTagName(),
                        children(setting).findAny().isPresent()
                                ? children(setting).map(PomSettings::text).collect(Collectors.joining(","))
                                : text(setting));
            }
        });
        Map<String, String> resolved = new TreeMap<>();
        KnownSettings.among(all).forEach((name, value) -> {
            String known = KnownSettings.resolved(value, values);
            if (known != null) {
                resolved.put(name, known);
            }
        });
        return resolved;
    }

    private static Element parsed(String pom) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new InputSource(new StringReader(pom))).getDocumentElement();
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new IllegalArgumentException("it is not XML (" + e.getMessage() + ")", e);
        }
    }

    private static Stream<Element> children(Element parent, String name) {
        return children(parent).filter(child -> child.getTagName().equals(name));
    }

    private static Stream<Element> children(Element parent) {
        return IntStream.range(0, parent.getChildNodes().getLength())
                .mapToObj(parent.getChildNodes()::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    private static String text(Element element) {
        return element.getTextContent().strip();
    }
}
