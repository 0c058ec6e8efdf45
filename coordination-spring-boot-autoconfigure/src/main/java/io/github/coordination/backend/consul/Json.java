package io.github.coordination.backend.consul;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259), strictly. Objects become maps, arrays lists, numbers longs or
 * doubles, and {@code null} is left out of objects and arrays. There is no library for it
 * that every application has, and Spring Boot's own parser, which would tie a backend to
 * Spring, reads what is no JSON: a mangled answer must be an error, not a shorter list.
 */
final class Json {

	/**
	 * Deeper than anything Consul says; a text of brackets must not exhaust the stack.
	 */
	private static final int MAX_DEPTH = 32;

	private static final Object NULL = new Object();

	private final String text;

	private int position;

	private int depth;

	private Json(String text) {
		this.text = text;
	}

	/**
	 * Read a text.
	 * @throws IllegalArgumentException if it is not JSON
	 */
	static Object read(String text) {
		Json json = new Json(text);
		Object value = json.value();
		if (json.next() != '\0') {
			throw json.unexpected();
		}
		return value;
	}

	private Object value() {
		char first = next();
		switch (first) {
			case '{':
				return object();
			case '[':
				return array();
			case '"':
				return string();
			case 't':
				return word("true", Boolean.TRUE);
			case 'f':
				return word("false", Boolean.FALSE);
			case 'n':
				return word("null", NULL);
			default:
				return number();
		}
	}

	private Map<String, Object> object() {
		Map<String, Object> fields = new HashMap<>();
		enter();
		if (next() != '}') {
			do {
				if (next() != '"') {
					throw unexpected();
				}
				String name = string();
				require(':');
				Object value = value();
				if (value != NULL) {
					fields.put(name, value);
				}
			}
			while (skip(','));
		}
		leave('}');
		return fields;
	}

	private List<Object> array() {
		List<Object> elements = new ArrayList<>();
		enter();
		if (next() != ']') {
			do {
				Object value = value();
				if (value != NULL) {
					elements.add(value);
				}
			}
			while (skip(','));
		}
		leave(']');
		return elements;
	}

	private void enter() {
		this.position++;
		if (++this.depth > MAX_DEPTH) {
			throw unexpected();
		}
	}

	private void leave(char end) {
		require(end);
		this.depth--;
	}

	private String string() {
		int start = ++this.position;
		// nearly all strings are without escapes
		for (int i = start; i < this.text.length(); i++) {
			char c = this.text.charAt(i);
			if (c == '"') {
				this.position = i + 1;
				return this.text.substring(start, i);
			}
			if (c == '\\' || c < ' ') {
				break;
			}
		}
		StringBuilder string = new StringBuilder();
		for (char c = take(); c != '"'; c = take()) {
			if (c < ' ') {
				throw unexpected();
			}
			string.append((c == '\\') ? escape() : c);
		}
		return string.toString();
	}

	private char escape() {
		char c = take();
		switch (c) {
			case '"', '\\', '/':
				return c;
			case 'b':
				return '\b';
			case 'f':
				return '\f';
			case 'n':
				return '\n';
			case 'r':
				return '\r';
			case 't':
				return '\t';
			case 'u':
				int code = 0;
				for (int i = 0; i < 4; i++) {
					int digit = Character.digit(take(), 16);
					if (digit < 0) {
						throw unexpected();
					}
					code = code * 16 + digit;
				}
				return (char) code;
			default:
				throw unexpected();
		}
	}

	private Object number() {
		int start = this.position;
		boolean whole = true;
		while (this.position < this.text.length() && "+-.eE0123456789".indexOf(this.text.charAt(this.position)) >= 0) {
			char c = this.text.charAt(this.position++);
			whole &= c == '-' || Character.isDigit(c);
		}
		String number = this.text.substring(start, this.position);
		try {
			// what needs 64 bits and no sign becomes a double, and is none of ours
			return (whole && number.length() < 19) ? (Object) Long.parseLong(number) : Double.parseDouble(number);
		}
		catch (NumberFormatException ex) {
			throw unexpected();
		}
	}

	private Object word(String word, Object value) {
		if (!this.text.startsWith(word, this.position)) {
			throw unexpected();
		}
		this.position += word.length();
		return value;
	}

	/** The next character that is no blank, which stays; NUL at the end. */
	private char next() {
		while (this.position < this.text.length()) {
			char c = this.text.charAt(this.position);
			if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
				return c;
			}
			this.position++;
		}
		return '\0';
	}

	private boolean skip(char expected) {
		if (next() != expected) {
			return false;
		}
		this.position++;
		return true;
	}

	private void require(char expected) {
		if (!skip(expected)) {
			throw unexpected();
		}
	}

	private char take() {
		if (this.position >= this.text.length()) {
			throw unexpected();
		}
		return this.text.charAt(this.position++);
	}

	private IllegalArgumentException unexpected() {
		return new IllegalArgumentException("no JSON: something unexpected at position " + this.position);
	}

}
