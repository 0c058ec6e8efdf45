package io.github.coordination.benchmarks.scenario;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One number per name, in memory that processes share. Adding one is a read and a write
 * on purpose: only mutual exclusion keeps additions from getting lost.
 */
final class Counters {

	private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

	/** A cache line each, so that names do not slow each other down. */
	private static final int STRIDE = 64;

	private final ByteBuffer numbers;

	Counters(Path file, int names) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			this.numbers = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) names * STRIDE);
		}
	}

	void increment(int name) {
		LONG.setVolatile(this.numbers, name * STRIDE, get(name) + 1);
	}

	long get(int name) {
		return (long) LONG.getVolatile(this.numbers, name * STRIDE);
	}

}
