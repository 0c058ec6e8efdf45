package io.github.coordination.sample;

import java.util.regex.Pattern;

/**
 * A payment as one line of a file states it: {@code id,from,to,cents}.
 *
 * @param id unique among all files
 * @param from the account that pays
 * @param to the account that is paid
 * @param cents more than zero
 */
record Payment(String id, String from, String to, long cents) {

	static final int MAX_LINE_LENGTH = 1_000;

	private static final int MAX_NAME_LENGTH = 100;

	/** So large that nobody misses more, so small that no account overflows. */
	private static final long MAX_CENTS = 1_000_000_000_000L;

	private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

	private static final Pattern UNFIT = Pattern.compile("[\\p{Cntrl}\"\uFFFD]");

	/**
	 * Read a line.
	 * @param line the line without its end
	 * @return the payment
	 * @throws RejectedLineException if it is none
	 */
	static Payment parse(String line) {
		require(line.length() <= MAX_LINE_LENGTH, "longer than " + MAX_LINE_LENGTH + " characters");
		String[] fields = line.split(",", -1);
		require(fields.length == 4, "expected 4 fields but found " + fields.length);
		String id = name("id", fields[0]);
		String from = name("from", fields[1]);
		String to = name("to", fields[2]);
		require(!from.equals(to), "from and to are the same account");
		return new Payment(id, from, to, cents(fields[3].strip()));
	}

	/**
	 * Whether a line is the optional heading of a file.
	 */
	static boolean isHeading(String line) {
		return line.replaceAll("\\s", "").equalsIgnoreCase("id,from,to,cents");
	}

	private static String name(String field, String text) {
		String name = text.strip();
		require(!name.isEmpty(), field + " is blank");
		require(name.length() <= MAX_NAME_LENGTH, field + " is longer than " + MAX_NAME_LENGTH + " characters");
		require(!UNFIT.matcher(name).find(), field + " has a quote or a control character or is not UTF-8");
		return name;
	}

	private static long cents(String text) {
		require(NUMBER.matcher(text).matches(), "cents is not a whole number");
		require(!text.startsWith("-") && !text.matches("\\+?0+"), "cents is not more than zero");
		try {
			long cents = Long.parseLong(text);
			require(cents <= MAX_CENTS, "cents is more than " + MAX_CENTS);
			return cents;
		}
		catch (NumberFormatException ex) {
			throw new RejectedLineException("cents is more than " + MAX_CENTS);
		}
	}

	private static void require(boolean condition, String reason) {
		if (!condition) {
			throw new RejectedLineException(reason);
		}
	}

}
