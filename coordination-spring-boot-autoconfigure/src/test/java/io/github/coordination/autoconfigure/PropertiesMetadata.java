package io.github.coordination.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;

/**
 * What this library tells editors of its properties.
 */
public final class PropertiesMetadata {

	private final DocumentContext json = parse();

	/**
	 * Return the elements of a list.
	 * @param path its path, below the root
	 * @return the elements
	 */
	public List<Map<String, Object>> list(String path) {
		return this.json.read("$." + path);
	}

	private static DocumentContext parse() {
		URL classes = CoordinationProperties.class.getProtectionDomain().getCodeSource().getLocation();
		try (InputStream json = new URL(classes, "META-INF/spring-configuration-metadata.json").openStream()) {
			return JsonPath.parse(json);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
