package io.github.coordination.ring;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes bytes to places on the ring: the first 128 bits of a digest, big-endian. The
 * hash spreads keys, it protects nothing, so MD5 is good enough. For a longer digest the
 * cut changes the order only of two digests that agree in all of the first 128 bits; they
 * count as one place.
 */
enum RingHash {

	MD5("MD5", 16), SHA_256("SHA-256", 32);

	private final String algorithm;

	// The values are the JDK's own types: a value of ours would tie its class loader to
	// every pooled thread that looked up a key.
	private final ThreadLocal<MessageDigest> digests = ThreadLocal.withInitial(this::newDigest);

	private final ThreadLocal<ByteBuffer> buffers;

	RingHash(String algorithm, int length) {
		this.algorithm = algorithm;
		this.buffers = ThreadLocal.withInitial(() -> ByteBuffer.allocate(length));
	}

	static RingHash of(String algorithm) {
		for (RingHash hash : values()) {
			if (hash.algorithm.equalsIgnoreCase(algorithm)) {
				hash.newDigest(); // fails here and not at the first lookup
				return hash;
			}
		}
		throw new IllegalArgumentException(
				"Hash algorithm '" + algorithm + "' is not supported by the ring; use MD5 or SHA-256");
	}

	/**
	 * Return the digest of the key in a buffer that the calling thread may read until its
	 * next call.
	 */
	ByteBuffer digest(byte[] key) {
		MessageDigest digest = this.digests.get();
		ByteBuffer buffer = this.buffers.get();
		// an error in an earlier call, such as a stack overflow, may have left bytes
		digest.reset();
		digest.update(key);
		try {
			digest.digest(buffer.array(), 0, buffer.capacity());
		}
		catch (DigestException ex) {
			throw new IllegalStateException(this.algorithm + " does not fit its buffer", ex);
		}
		return buffer;
	}

	/**
	 * Return the first positions of a node, unsorted: the digests of its key repeated
	 * two, three, four ... times.
	 */
	Position[] positions(RingNode node, byte[] key, int count) {
		Position[] positions = new Position[count];
		MessageDigest repeated = newDigest();
		repeated.update(key);
		for (int i = 0; i < count; i++) {
			repeated.update(key);
			ByteBuffer digest = ByteBuffer.wrap(copy(repeated).digest());
			positions[i] = new Position(digest.getLong(), digest.getLong(), node);
		}
		return positions;
	}

	private MessageDigest copy(MessageDigest digest) {
		try {
			return (MessageDigest) digest.clone();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(
					this.algorithm + " of security provider " + digest.getProvider() + " cannot be cloned", ex);
		}
	}

	private MessageDigest newDigest() {
		try {
			return MessageDigest.getInstance(this.algorithm);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalArgumentException("Hash algorithm '" + this.algorithm
					+ "' is not supported by this Java runtime; use another on every member", ex);
		}
	}

	@Override
	public String toString() {
		return this.algorithm;
	}

}
