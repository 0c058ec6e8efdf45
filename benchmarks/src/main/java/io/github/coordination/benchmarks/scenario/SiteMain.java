package io.github.coordination.benchmarks.scenario;

import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;

/**
 * The program of a process that is told what to do: {@link Order}s come in, their answers
 * go out. It closes its clients and ends with its input.
 */
final class SiteMain {

	private SiteMain() {
	}

	public static void main(String[] args) throws IOException, ClassNotFoundException {
		OutputStream output = System.out;
		// what libraries print is no answer
		System.setOut(System.err);
		Site site = new Site();
		try (ObjectOutputStream answers = new ObjectOutputStream(output)) {
			answers.flush();
			ObjectInputStream orders = new ObjectInputStream(System.in);
			while (true) {
				Object answer = answer((Order<?>) orders.readObject(), site);
				// or it would remember every log
				answers.reset();
				answers.writeObject(answer);
				answers.flush();
			}
		}
		catch (EOFException ex) {
			// threads of libraries must not keep it alive
			site.close();
			Runtime.getRuntime().halt(0);
		}
	}

	private static Object answer(Order<?> order, Site site) {
		try {
			return order.run(site);
		}
		catch (Exception | LinkageError ex) {
			ex.printStackTrace();
			return new Failure(ex.toString());
		}
	}

	/**
	 * The answer to what failed.
	 *
	 * @param message why
	 */
	record Failure(String message) implements Serializable {
	}

}
