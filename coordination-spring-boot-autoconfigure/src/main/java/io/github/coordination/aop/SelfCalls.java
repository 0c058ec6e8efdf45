package io.github.coordination.aop;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Finds calls of a class to methods of its own, which do not pass a proxy. It reads the
 * class file, where there is one. A method that meets no other object of its class, by a
 * parameter, a field, a result, a cast or a constructor, calls itself; of one that does,
 * such as by a reference to its own proxy, nothing is said. Not seen either are calls
 * through an interface, and from what is not this object's code.
 */
final class SelfCalls extends ClassVisitor {

	private final Set<Type> hierarchy;

	private final Set<String> methods;

	private final Set<Call> found = new LinkedHashSet<>();

	private SelfCalls(Set<Type> hierarchy, Set<String> methods) {
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
		SelfCalls calls = new SelfCalls(classes.stream().map(Type::getType).collect(Collectors.toSet()),
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
		return (own && !hasArgumentOfHierarchy(descriptor)) ? new Body(name + descriptor) : null;
	}

	private boolean hasArgumentOfHierarchy(String descriptor) {
		return Arrays.stream(Type.getArgumentTypes(descriptor)).anyMatch(this::isOfHierarchy);
	}

	private boolean isOfHierarchy(Type type) {
		return this.hierarchy.contains((type.getSort() == Type.ARRAY) ? type.getElementType() : type);
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
	 * The code of a method.
	 */
	private final class Body extends MethodVisitor {

		private final String method;

		private final Set<Call> calls = new LinkedHashSet<>();

		/** Whether it may have another object of the class. */
		private boolean another;

		Body(String method) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = method;
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			if (opcode == Opcodes.NEW || opcode == Opcodes.CHECKCAST) {
				meet(Type.getObjectType(type));
			}
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			meet(Type.getType(descriptor));
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			meet(Type.getReturnType(descriptor));
			if (opcode == Opcodes.INVOKEVIRTUAL) {
				note(owner, name + descriptor);
			}
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			meet(Type.getReturnType(descriptor));
			for (Object argument : arguments) {
				// a reference such as this::run has captured its receiver
				if (argument instanceof Handle handle && hasArgumentOfHierarchy(descriptor)) {
					note(handle.getOwner(), handle.getName() + handle.getDesc());
				}
			}
		}

		@Override
		public void visitEnd() {
			if (!this.another) {
				SelfCalls.this.found.addAll(this.calls);
			}
		}

		private void meet(Type type) {
			this.another |= isOfHierarchy(type);
		}

		private void note(String owner, String callee) {
			if (isOfHierarchy(Type.getObjectType(owner)) && SelfCalls.this.methods.contains(callee)) {
				this.calls.add(new Call(this.method, callee));
			}
		}

	}

}
