package io.github.coordination.backend.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.backend.file.DocumentCodec.Content;
import io.github.coordination.backend.file.DocumentCodec.Head;
import io.github.coordination.spi.Directory;

/**
 * A file with two slots. A change is written to the slot that is not in force, and is in
 * force when that is complete: a process killed at any instruction leaves the old state.
 * A content that does not fit into its slot lies behind the slots, where the one in force
 * does not. All of it needs the document's stripe.
 *
 * <p>
 * {@link RandomAccessFile} is used because a channel is closed when its thread is
 * interrupted. Closing a document's file never drops an OS lock: none is taken on it.
 */
final class Document {

	static final int SLOT = 1024;

	private static final System.Logger LOGGER = System.getLogger(Document.class.getName());

	static final int SLOTS = 2 * SLOT;

	private static final int BLOCK = 512;

	private static final Head NONE = new Head(false, 0, 0, 0, 0);

	private final Path path;

	private final Directory directory;

	private final boolean durable;

	private final byte[] slots = new byte[SLOTS];

	private final byte[] known = new byte[2 * DocumentCodec.HEAD];

	private @Nullable RandomAccessFile file;

	private @Nullable Object key;

	private final Content empty;

	private Content content;

	private Head head = NONE;

	/** The slot in force, -1 if there is none. */
	private int inForce = -1;

	Document(Path path, Directory directory, boolean durable) {
		this.path = path;
		this.directory = directory;
		this.durable = durable;
		this.empty = new Content(directory, false, List.of(), List.of());
		this.content = this.empty;
	}

	Path path() {
		return this.path;
	}

	boolean isOpen() {
		return this.file != null;
	}

	/** Identifies the file among all that ever had its name, as long as it is open. */
	@Nullable Object key() {
		return this.key;
	}

	Content content() {
		return this.content;
	}

	long generation() {
		return this.head.generation();
	}

	/**
	 * Bring the state up to date.
	 * @param verify whether to check that the path still leads to the file that is open
	 */
	void load(boolean verify) throws IOException {
		if (verify && this.file != null && !isInPlace()) {
			close();
		}
		if (this.file == null && !open()) {
			return;
		}
		read();
		if (this.head.retired()) {
			// somebody tidied it away: the name is free, or has a new file
			close();
			if (open()) {
				read();
			}
		}
	}

	/**
	 * Write a new state.
	 * @throws BackendUnavailableException if it was not written
	 * @throws IndeterminateResultException if it may be in force, or not outlast a power
	 * failure
	 */
	void write(long generation, Content changed) {
		ByteBuffer record = DocumentCodec.encode(changed);
		try {
			write(generation, false, record, changed);
		}
		catch (IOException ex) {
			recover(generation, ex);
		}
		if (this.durable) {
			force();
		}
	}

	/** Tidy the file away; whoever has it open finds out by the mark. */
	void retire(long generation) throws IOException {
		if (this.file != null) {
			write(generation, true, ByteBuffer.allocate(DocumentCodec.HEAD).position(DocumentCodec.HEAD), this.empty);
			close();
			Files.deleteIfExists(this.path);
		}
	}

	/** Forget the file. */
	void close() {
		RandomAccessFile open = this.file;
		this.file = null;
		this.key = null;
		forget();
		if (open != null) {
			try {
				open.close();
			}
			catch (IOException ex) {
				// it was open for reading what others wrote; nothing is lost
			}
		}
	}

	private void forget() {
		Arrays.fill(this.known, (byte) 0);
		this.content = this.empty;
		this.head = NONE;
		this.inForce = -1;
	}

	private boolean isInPlace() {
		try {
			return Objects.equals(this.key, StoreDirectory.key(this.path));
		}
		catch (IOException ex) {
			return false;
		}
	}

	private boolean open() throws IOException {
		try {
			this.key = StoreDirectory.key(this.path);
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		this.file = new RandomAccessFile(this.path.toFile(), "rw");
		return true;
	}

	private void read() throws IOException {
		RandomAccessFile open = Objects.requireNonNull(this.file);
		int length = DocumentReader.readFully(open, 0, this.slots);
		if (sameHead(0) && sameHead(1)) {
			return;
		}
		Head first = DocumentCodec.head(this.slots, 0);
		Head second = DocumentCodec.head(this.slots, SLOT);
		boolean secondIsNewer = first == null || (second != null && second.generation() > first.generation());
		if (!adopt(open, secondIsNewer ? second : first, secondIsNewer ? 1 : 0)
				&& !adopt(open, secondIsNewer ? first : second, secondIsNewer ? 0 : 1)) {
			requireUnused(length);
			forget();
		}
		noteHeads();
	}

	private boolean adopt(RandomAccessFile open, @Nullable Head candidate, int slot) throws IOException {
		byte[] bytes = (candidate != null) ? DocumentReader.content(open, candidate) : null;
		if (candidate == null || bytes == null) {
			return false;
		}
		Content decoded = this.empty;
		if (bytes.length > 0) {
			try {
				decoded = DocumentCodec.decode(bytes);
			}
			catch (IllegalArgumentException ex) {
				throw unreadable("was written by something else: " + ex.getMessage());
			}
			if (!decoded.directory().equals(this.directory)) {
				throw unreadable("belongs to " + decoded.directory());
			}
		}
		if (decoded.foreign().size() > this.content.foreign().size()) {
			LOGGER.log(Level.WARNING, "{0} entries in {1} are not understood and left as they are",
					decoded.foreign().size(), this.path);
		}
		this.content = decoded;
		this.head = candidate;
		this.inForce = slot;
		return true;
	}

	/**
	 * A file whose first slot was never begun was left by the process that was creating
	 * it.
	 */
	private void requireUnused(int length) {
		for (int i = 0; i < Math.min(length, SLOT); i++) {
			if (this.slots[i] != 0) {
				throw unreadable("has no valid state, or one of a newer version");
			}
		}
	}

	private BackendUnavailableException unreadable(String problem) {
		return new BackendUnavailableException("the file " + this.path + " " + problem
				+ ". It is left as it is; move it away when no process uses " + this.directory);
	}

	private void write(long generation, boolean retired, ByteBuffer record, Content changed) throws IOException {
		if (this.file == null) {
			create();
		}
		RandomAccessFile open = Objects.requireNonNull(this.file);
		if (this.inForce < 0) {
			// the first slot is begun only when the second is valid; see requireUnused
			ByteBuffer empty = ByteBuffer.allocate(DocumentCodec.HEAD);
			DocumentCodec.putHead(empty, new Head(false, generation - 1, SLOT + DocumentCodec.HEAD, 0, 0));
			writeFully(open, SLOT, empty.array(), 0, DocumentCodec.HEAD);
			System.arraycopy(empty.array(), 0, this.slots, SLOT, DocumentCodec.HEAD);
			this.inForce = 1;
		}
		int slot = 1 - this.inForce;
		byte[] bytes = record.array();
		int length = record.position() - DocumentCodec.HEAD;
		boolean fits = record.position() <= SLOT;
		long offset = fits ? slot * (long) SLOT + DocumentCodec.HEAD : outside(length);
		if (!fits) {
			writeFully(open, offset, bytes, DocumentCodec.HEAD, length);
		}
		Head next = new Head(retired, generation, offset, length,
				DocumentCodec.checksum(bytes, DocumentCodec.HEAD, length));
		DocumentCodec.putHead(record.position(0), next);
		writeFully(open, slot * (long) SLOT, bytes, 0, fits ? DocumentCodec.HEAD + length : DocumentCodec.HEAD);
		System.arraycopy(bytes, 0, this.slots, slot * SLOT, DocumentCodec.HEAD);
		this.inForce = slot;
		this.head = next;
		this.content = changed;
		noteHeads();
	}

	/** Find room that the content in force does not take. */
	private long outside(int length) {
		long start = this.head.offset();
		if (start < SLOTS || start - SLOTS >= length) {
			return SLOTS;
		}
		long end = start + this.head.length();
		return (end + BLOCK - 1) / BLOCK * BLOCK;
	}

	private void create() throws IOException {
		StoreDirectory.createFile(this.path);
		if (!open()) {
			throw new IOException("the file " + this.path + " vanished when it was created");
		}
		if (this.durable) {
			StoreDirectory.force(this.path);
		}
	}

	/** Find out what a failed write has done. */
	private void recover(long generation, IOException failure) {
		try {
			Arrays.fill(this.known, (byte) 0);
			load(false);
		}
		catch (IOException ex) {
			failure.addSuppressed(ex);
			throw new IndeterminateResultException("writing " + this.path + " failed, and so did reading it", failure);
		}
		if (generation() != generation) {
			throw new BackendUnavailableException(
					"cannot write " + this.path + ", nothing was changed: " + failure.getMessage(), failure);
		}
	}

	private void force() {
		try {
			Objects.requireNonNull(this.file).getFD().sync();
		}
		catch (IOException ex) {
			throw new IndeterminateResultException(
					"the change of " + this.path + " is visible, but may not outlast a power failure", ex);
		}
	}

	private boolean sameHead(int slot) {
		int from = slot * DocumentCodec.HEAD;
		return Arrays.equals(this.known, from, from + DocumentCodec.HEAD, this.slots, slot * SLOT,
				slot * SLOT + DocumentCodec.HEAD);
	}

	private void noteHeads() {
		System.arraycopy(this.slots, 0, this.known, 0, DocumentCodec.HEAD);
		System.arraycopy(this.slots, SLOT, this.known, DocumentCodec.HEAD, DocumentCodec.HEAD);
	}

	private static void writeFully(RandomAccessFile file, long offset, byte[] bytes, int from, int length)
			throws IOException {
		file.seek(offset);
		file.write(bytes, from, length);
	}

}
