package io.github.coordination.aop;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Finds calls of a class to methods of its own, which do not pass a proxy. It reads the
 * class file, where there is one, and knows no more of a method than which values on its
 * stack are {@code this}; a call through another reference is not one to itself.
 */
final class SelfCalls extends ClassVisitor {

	/** What each instruction adds to the stack: E is nothing, D one value less. */
	private static final String GROWTH = "EFFFFFFFFGGFFFGGFFFEEFGFGFEEEEEEEEEEEEEEEEEEEEDEDEDDDDDCDCDEEEEEEEEEEEEEEEEEEEE"
			+ "BABABBBBDCFFFGGGEDCDCDCDCDCDCDCDCDCDCEEEEDDDDDDDCDCDCEFEFDDEEFFDEDEEEBDDBBDDDDDDCCCCCCCCEFEDDDCDCDEEEEEEEEEEF"
			+ "EEEEEEDDEEDDEE";

	private final Set<String> hierarchy;

	private final Set<String> methods;

	private final Set<Call> found = new LinkedHashSet<>();

	private SelfCalls(Set<String> hierarchy, Set<String> methods) {
		super(SpringAsmInfo.ASM_VERSION);
		this.hierarchy = hierarchy;
		this.methods = methods;
	}

	/**
	 * Find the calls of a class, and of what it extends, to methods.
	 * @param methods the methods that must not be called so
	 */
	static Set<Call> find(Class<?> type, Collection<Method> methods) {
		Set<Class<?>> classes = new LinkedHashSet<>();
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			classes.add(each);
		}
		SelfCalls calls = new SelfCalls(classes.stream().map(Type::getInternalName).collect(Collectors.toSet()),
				methods.stream().map(SelfCalls::signature).collect(Collectors.toSet()));
		classes.forEach(calls::read);
		return calls.found;
	}

	private static String signature(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

	private void read(Class<?> type) {
		String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
		try (InputStream code = type.getResourceAsStream(file)) {
			if (code != null) {
				new ClassReader(code).accept(this, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException | RuntimeException ex) {
			// of a class that cannot be read nothing is known
			return;
		}
	}

	@Override
	public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		boolean own = (access & (Opcodes.ACC_STATIC | Opcodes.ACC_BRIDGE | Opcodes.ACC_ABSTRACT)) == 0;
		return own ? new Body(name, descriptor) : null;
	}

	/**
	 * A call.
	 *
	 * @param caller name and descriptor of the method that calls; of a lambda expression
	 * its own
	 * @param callee name and descriptor of the method that is called
	 */
	record Call(String caller, String callee) {

		boolean calls(Method method) {
			return signature(method).equals(this.callee);
		}

		/** Return the name of the method in whose text the call stands. */
		String callerName() {
			String name = name(this.caller);
			return name.startsWith("lambda$") ? name.substring("lambda$".length(), name.lastIndexOf('$')) : name;
		}

		String calleeName() {
			return name(this.callee);
		}

		private static String name(String method) {
			return method.substring(0, method.indexOf('('));
		}

	}

	/**
	 * The code of a method, with a stack that knows where {@code this} is.
	 */
	private final class Body extends MethodVisitor {

		private final String method;

		/** What the stack is like where other code jumps to. */
		private final Map<Label, State> targets = new HashMap<>();

		private int depth;

		private BitSet self = new BitSet();

		Body(String name, String descriptor) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = name + descriptor;
		}

		@Override
		public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
			this.targets.put(handler, new State(1, new BitSet()));
		}

		@Override
		public void visitLabel(Label label) {
			State state = this.targets.get(label);
			if (state != null) {
				this.depth = state.depth();
				this.self = (BitSet) state.self().clone();
			}
		}

		@Override
		public void visitInsn(int opcode) {
			if (opcode >= Opcodes.DUP && opcode <= Opcodes.SWAP) {
				shuffle(opcode);
			}
			else {
				grow(opcode);
			}
		}

		@Override
		public void visitIntInsn(int opcode, int operand) {
			if (opcode != Opcodes.NEWARRAY) {
				push(1);
			}
		}

		@Override
		public void visitVarInsn(int opcode, int variable) {
			if (opcode == Opcodes.ALOAD && variable == 0) {
				this.self.set(this.depth);
				this.depth++;
			}
			else {
				grow(opcode);
			}
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			if (opcode == Opcodes.NEW) {
				push(1);
			}
			else if (opcode == Opcodes.INSTANCEOF) {
				pop(1);
				push(1);
			}
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			int size = Type.getType(descriptor).getSize();
			switch (opcode) {
				case Opcodes.GETSTATIC -> push(size);
				case Opcodes.PUTSTATIC -> pop(size);
				case Opcodes.GETFIELD -> {
					pop(1);
					push(size);
				}
				default -> pop(size + 1);
			}
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			int sizes = Type.getArgumentsAndReturnSizes(descriptor);
			int arguments = (sizes >> 2) - 1;
			pop(arguments);
			if (opcode != Opcodes.INVOKESTATIC) {
				if (opcode != Opcodes.INVOKESPECIAL) {
					note(owner, name, descriptor, this.depth - 1);
				}
				pop(1);
			}
			push(sizes & 3);
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			int sizes = Type.getArgumentsAndReturnSizes(descriptor);
			int captured = (sizes >> 2) - 1;
			for (Object argument : arguments) {
				// a reference such as this::run has captured its receiver first
				if (argument instanceof Handle handle && captured > 0) {
					note(handle.getOwner(), handle.getName(), handle.getDesc(), this.depth - captured);
				}
			}
			pop(captured);
			push(sizes & 3);
		}

		@Override
		public void visitJumpInsn(int opcode, Label label) {
			grow(opcode);
			jump(label);
		}

		@Override
		public void visitLdcInsn(Object value) {
			push((value instanceof Long || value instanceof Double) ? 2 : 1);
		}

		@Override
		public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
			visitLookupSwitchInsn(otherwise, new int[0], labels);
		}

		@Override
		public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
			pop(1);
			jump(otherwise);
			for (Label label : labels) {
				jump(label);
			}
		}

		@Override
		public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
			pop(dimensions);
			push(1);
		}

		private void note(String owner, String name, String descriptor, int receiver) {
			if (receiver >= 0 && this.self.get(receiver) && SelfCalls.this.hierarchy.contains(owner)
					&& SelfCalls.this.methods.contains(name + descriptor)) {
				SelfCalls.this.found.add(new Call(this.method, name + descriptor));
			}
		}

		private void jump(Label label) {
			this.targets.putIfAbsent(label, new State(this.depth, (BitSet) this.self.clone()));
		}

		/** What becomes of the values is known, but not needed: they are forgotten. */
		private void shuffle(int opcode) {
			boolean self = opcode == Opcodes.DUP && this.depth > 0 && this.self.get(this.depth - 1);
			if (opcode != Opcodes.DUP) {
				this.self.clear(Math.max(0, this.depth - 4), this.depth);
			}
			grow(opcode);
			if (self) {
				this.self.set(this.depth - 1);
			}
		}

		private void grow(int opcode) {
			int growth = GROWTH.charAt(opcode) - 'E';
			if (growth > 0) {
				push(growth);
			}
			else {
				pop(-growth);
			}
		}

		private void push(int size) {
			this.self.clear(this.depth, this.depth + size);
			this.depth += size;
		}

		private void pop(int size) {
			this.depth = Math.max(0, this.depth - size);
			this.self.clear(this.depth, this.depth + size);
		}

		/**
		 * A stack.
		 *
		 * @param depth how many values it has
		 * @param self which of them are {@code this}
		 */
		private record State(int depth, BitSet self) {
		}

	}

}
