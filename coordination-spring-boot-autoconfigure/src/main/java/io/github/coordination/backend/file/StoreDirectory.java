package io.github.coordination.backend.file;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Environment;

/**
 * What must be true of the directories of a store before anything is believed that lies
 * in them: they are ours alone, no symbolic links, and nobody else can exchange them.
 */
final class StoreDirectory {

	private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

	private static final FileAttribute<?>[] DIRECTORY = attributes("rwx------");

	private static final FileAttribute<?>[] FILE = attributes("rw-------");

	private static final int OTHERS = 077;

	private static final int WRITABLE_BY_OTHERS = 002;

	private static final int STICKY = 01000;

	private static final String FORMAT = "coordination-format";

	private static final int VERSION = 1;

	private static final int MAX_MARKER = 1000;

	private static final Set<String> REMOTE = Set.of("9p", "afs", "afpfs", "beegfs", "ceph", "cifs", "davfs", "drvfs",
			"fhgfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs3", "nfs4", "ocfs2", "orangefs",
			"pvfs2", "smb", "smb2", "smb3", "smbfs", "sshfs", "v9fs", "vboxsf", "virtiofs", "vmhgfs", "webdav");

	private StoreDirectory() {
	}

	/** Whether files of a type of file system lie on another machine, or may. */
	static boolean isRemote(String type) {
		String plain = type.toLowerCase(Locale.ROOT);
		// a file system in user space may be anything; those known to be local are few
		return REMOTE.contains(plain) || (plain.startsWith("fuse.") && !plain.equals("fuse.fuse-overlayfs"))
				|| plain.startsWith("nfs") || plain.startsWith("smb");
	}

	/** Whether a directory is, or would be created, on another machine. */
	static boolean isRemote(Path directory) {
		for (Path path = directory; path != null; path = path.getParent()) {
			if (Files.exists(path)) {
				try {
					return isRemote(Files.getFileStore(path).type());
				}
				catch (IOException ex) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Create a directory if there is none, and check it.
	 * @throws ConfigurationException if it cannot be trusted
	 */
	static void secure(Path directory) throws IOException {
		Path parent = directory.getParent();
		if (parent == null) {
			throw refuse(directory, "is the root of the file system", "Name a directory of its own.");
		}
		if (!Files.exists(parent)) {
			Files.createDirectories(parent, DIRECTORY);
		}
		requireUnexchangeable(parent.toRealPath());
		try {
			Files.createDirectory(directory, DIRECTORY);
		}
		catch (FileAlreadyExistsException ex) {
			requireOwn(directory);
		}
	}

	/**
	 * Create a namespace's directories and its marker, and check them.
	 * @return the store's identity
	 * @throws ConfigurationException if a newer version wrote there, or it cannot be
	 * trusted
	 */
	static String open(Path namespace, Environment environment) throws IOException {
		secure(namespace);
		secure(sessions(namespace));
		Path marker = marker(namespace);
		if (!Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
			Path draft = namespace.resolve("new-" + environment.newId());
			createFile(draft);
			String text = FORMAT + " " + VERSION + " " + environment.newId() + "\n";
			try (FileOutputStream stream = new FileOutputStream(draft.toFile())) {
				stream.write(text.getBytes(StandardCharsets.US_ASCII));
				stream.getFD().sync();
			}
			try {
				// a link fails if somebody was faster; a move would replace the other's
				// marker
				Files.createLink(marker, draft);
			}
			catch (FileAlreadyExistsException ex) {
				// then theirs is the identity
			}
			catch (IOException | UnsupportedOperationException ex) {
				Files.move(draft, marker, StandardCopyOption.ATOMIC_MOVE);
			}
			Files.deleteIfExists(draft);
		}
		return identity(namespace);
	}

	/**
	 * Read the store's identity.
	 * @throws ConfigurationException if a newer version wrote it
	 */
	static String identity(Path namespace) throws IOException {
		Path marker = marker(namespace);
		String[] words;
		try (FileInputStream stream = new FileInputStream(marker.toFile())) {
			words = new String(stream.readNBytes(MAX_MARKER), StandardCharsets.ISO_8859_1).strip().split(" ");
		}
		catch (FileNotFoundException ex) {
			// this is also what comes of having too many files open
			if (Files.notExists(marker)) {
				throw new NoSuchFileException(marker.toString());
			}
			throw ex;
		}
		if (words.length < 3 || !words[0].equals(FORMAT) || !words[1].matches("[0-9]{1,9}")) {
			throw refuse(marker, "was not written by this library", "Use another directory, or remove that file.");
		}
		if (Integer.parseInt(words[1]) > VERSION) {
			throw refuse(marker, "has format version " + words[1] + ", and this version knows " + VERSION,
					"Update this application, or use another directory.");
		}
		return words[2];
	}

	static Path sessions(Path namespace) {
		return namespace.resolve("sessions");
	}

	static Path locks(Path namespace) {
		return namespace.resolve("locks");
	}

	static Path marker(Path namespace) {
		return namespace.resolve("format");
	}

	/** Create an empty file only we may read. */
	static void createFile(Path file) throws IOException {
		FileChannel.open(file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE).close();
	}

	/** Create a file only we may read, and keep it open. */
	static FileChannel createAndOpen(Path file) throws IOException {
		return FileChannel.open(file,
				EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE), FILE);
	}

	/**
	 * Make the name of a new file outlast a power failure, where that can be asked for.
	 */
	static void force(Path file) throws IOException {
		Path parent = file.getParent();
		if (!POSIX || parent == null) {
			return;
		}
		boolean interrupted = Thread.interrupted();
		try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
			channel.force(true);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Return what identifies a regular file as long as it is open somewhere. Does not
	 * open it: closing it again would drop the locks this process has on it.
	 */
	static @Nullable Object key(Path file) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!attributes.isRegularFile()) {
			throw new IOException(file + " is not a regular file");
		}
		return attributes.fileKey();
	}

	/** Keep those away who remove what was not touched for long. */
	static boolean touch(Path file, Environment environment) {
		// not through java.nio.file: that opens the file and closes it, see key(Path)
		return file.toFile().setLastModified(environment.clock().currentTimeMillis());
	}

	private static void requireOwn(Path directory) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (attributes.isSymbolicLink()) {
			throw refuse(directory, "is a symbolic link", "Name the directory it leads to.");
		}
		if (!attributes.isDirectory()) {
			throw refuse(directory, "is not a directory", "Name a directory of its own.");
		}
		if (POSIX) {
			if ((mode(directory) & OTHERS) != 0) {
				throw refuse(directory, "is accessible by other users", "Run 'chmod 700' on it, or name another one.");
			}
			Object me = uid(Path.of("/proc/self"));
			if (me != null && !me.equals(uid(directory))) {
				throw refuse(directory, "belongs to another user", "Name a directory of your own.");
			}
		}
	}

	private static void requireUnexchangeable(Path parent) throws IOException {
		if (POSIX && (mode(parent) & WRITABLE_BY_OTHERS) != 0 && (mode(parent) & STICKY) == 0) {
			throw refuse(parent,
					"is writable by other users and has no sticky bit, so that they could exchange what is" + " in it",
					"Run 'chmod go-w' on it, or name another directory.");
		}
	}

	private static int mode(Path path) throws IOException {
		return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
	}

	private static @Nullable Object uid(Path path) throws IOException {
		try {
			return Files.getAttribute(path, "unix:uid");
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static FileAttribute<?>[] attributes(String permissions) {
		return POSIX
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
				: new FileAttribute<?>[0];
	}

	private static ConfigurationException refuse(Path path, String problem, String action) {
		return new ConfigurationException(BackendUrl.SETTING, path + " " + problem + ".", action);
	}

	/** Name a failure of the file system. */
	static BackendUnavailableException unavailable(Path path, IOException ex) {
		return new BackendUnavailableException("cannot use " + path + ": " + ex, ex);
	}

}
