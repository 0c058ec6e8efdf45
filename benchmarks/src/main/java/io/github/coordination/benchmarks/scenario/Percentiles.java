package io.github.coordination.benchmarks.scenario;

import java.util.Arrays;
import java.util.Collection;

/**
 * Places in sorted numbers.
 */
final class Percentiles {

	private Percentiles() {
	}

	/**
	 * Return the smallest number that is not below a share of all.
	 * @param sorted numbers in order
	 * @param share the share, from 0 to 1
	 * @return the number, or not a number if there are none
	 */
	static double of(long[] sorted, double share) {
		if (sorted.length == 0) {
			return Double.NaN;
		}
		return sorted[Math.max((int) Math.ceil(share * sorted.length) - 1, 0)];
	}

	/**
	 * Return the number in the middle, between two if there is none.
	 * @param numbers at least one
	 * @return the median
	 */
	static double median(Collection<Double> numbers) {
		double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).toArray();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

}
