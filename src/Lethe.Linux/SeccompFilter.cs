using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// A seccomp filter (seccomp(2)). It decides for each system call, by its number and the low halves of its arguments. The kernel
/// runs the call, refuses it, stops it for the tracer, or asks a supervisor. Rules are added for one architecture after the other.
/// A call that no rule names is allowed.
/// </summary>
[CHeader("linux/seccomp.h")]
internal sealed unsafe class SeccompFilter
{
#pragma warning disable CS1591 // Names of linux/seccomp.h.
    public const uint SECCOMP_SET_MODE_FILTER = 1;
    public const uint SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    public const uint SECCOMP_RET_ERRNO = 0x00050000;
    public const uint SECCOMP_RET_TRACE = 0x7ff00000;
    public const uint SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    public const uint SECCOMP_RET_ALLOW = 0x7fff0000;
#pragma warning restore CS1591

    /// <summary>Architectures as filters see them (linux/audit.h).</summary>
    public const uint AuditArchX8664 = 0xC000003E, AuditArchI386 = 0x40000003;

    // arch/x86/include/uapi/asm/unistd.h: __X32_SYSCALL_BIT.
    private const uint X32CallBit = 0x40000000;

    // linux/bpf_common.h: load a word, jump if equal, jump if greater or equal, jump if bits are set, jump, return.
    private const ushort Load = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, JumpIfSet = 0x45, Jump = 0x05, Return = 0x06;

    // struct seccomp_data: call number, architecture, instruction pointer, six arguments.
    private const uint NumberOffset = 0, ArchitectureOffset = 4, ArgumentsOffset = 16;

    private readonly List<(ushort Code, byte IfTrue, byte IfFalse, uint Value)> program = [];

    /// <summary>Adds the rules for x86-64 calls. Calls of the x32 kind fail with ENOSYS.</summary>
    public SeccompFilter For64Bit(IEnumerable<SeccompRule> rules) => Architecture(
        AuditArchX8664, rules, () =>
        {
            Emit(JumpIfAtLeast, X32CallBit, 0, 1);
            Emit(Return, Refuse(Errno.ENOSYS));
        });

    /// <summary>Adds the rules for 32-bit calls.</summary>
    public SeccompFilter For32Bit(IEnumerable<SeccompRule> rules) => Architecture(AuditArchI386, rules, () => { });

    /// <summary>Refuses calls of every architecture that has no rules so far.</summary>
    public SeccompFilter RefuseOthers()
    {
        Emit(Return, Refuse(Errno.ENOSYS));
        return this;
    }

    /// <summary>Action: the call fails with this error.</summary>
    public static uint Refuse(int error) => SECCOMP_RET_ERRNO | (uint)error;

    /// <summary>Action: the call stops for the tracer, which gets this value.</summary>
    public static uint Trace(int value) => SECCOMP_RET_TRACE | (uint)value;

    /// <summary>Installs the filter for the calling thread and what it starts or executes.</summary>
    /// <param name="listen">Whether the filter asks a supervisor, which answers through the descriptor returned.</param>
    /// <returns>The listener's descriptor number, close-on-exec, or -1.</returns>
    /// <exception cref="LinuxException">Not permitted, or the kernel has no such filters.</exception>
    public int Install(bool listen)
    {
        Emit(Return, SECCOMP_RET_ALLOW);
        // SAFETY: there is room for each instruction of the program, and the length passed to the kernel is no larger. Both structures are
        // in this frame, and the kernel copies them before the call returns.
        ulong* instructions = stackalloc ulong[program.Count];
        for (int index = 0; index < program.Count; index++)
        {
            // struct sock_filter: code, jump if true, jump if false, value.
            (ushort code, byte ifTrue, byte ifFalse, uint value) = program[index];
            instructions[index] = code | (ulong)ifTrue << 16 | (ulong)ifFalse << 24 | (ulong)value << 32;
        }

        var description = new Program { Length = (ushort)program.Count, Instructions = instructions };
        uint flags = listen ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
        nint result = Errno.Check(
            SystemCall.Invoke(SystemCallNumber.SYS_seccomp, (nint)SECCOMP_SET_MODE_FILTER, (nint)flags, (nint)(&description)),
            "seccomp"
        );
        return listen ? (int)result : -1;
    }

    /// <summary>The filter's action for a call, found by a plain interpreter of the same program.</summary>
    public uint Decide(uint architecture, uint call, ReadOnlySpan<uint> arguments)
    {
        uint accumulator = 0;
        for (int index = 0; index < program.Count; index++)
        {
            (ushort code, byte ifTrue, byte ifFalse, uint value) = program[index];
            switch (code)
            {
                case Load:
                    accumulator = value switch
                    {
                        NumberOffset => call,
                        ArchitectureOffset => architecture,
                        _ => arguments[(int)(value - ArgumentsOffset) / 8],
                    };
                    break;
                case Return: return value;
                case Jump: index += (int)value; break;
                case JumpIfEqual: index += accumulator == value ? ifTrue : ifFalse; break;
                case JumpIfAtLeast: index += accumulator >= value ? ifTrue : ifFalse; break;
                case JumpIfSet: index += (accumulator & value) != 0 ? ifTrue : ifFalse; break;
            }
        }

        return SECCOMP_RET_ALLOW;
    }

    private SeccompFilter Architecture(uint architecture, IEnumerable<SeccompRule> rules, Action before)
    {
        Emit(Load, ArchitectureOffset);
        Emit(JumpIfEqual, architecture);
        int jump = program.Count - 1;
        Emit(Load, NumberOffset);
        before();
        foreach (SeccompRule rule in rules) Emit(rule);
        Emit(Return, SECCOMP_RET_ALLOW);
        int distance = program.Count - 1 - jump;
        program[jump] = (JumpIfEqual, 0, checked((byte)distance), architecture);
        return this;
    }

    private void Emit(SeccompRule rule)
    {
        if (rule.Argument is not { } argument)
        {
            Emit(JumpIfEqual, (uint)rule.Call, 0, 1);
            Emit(Return, rule.Action);
            return;
        }

        // If the argument does not match, the call number is loaded again for the next rules.
        int tests = rule.Values.Count;
        Emit(JumpIfEqual, (uint)rule.Call, 0, checked((byte)(tests + 4)));
        Emit(Load, ArgumentsOffset + (uint)argument * 8);
        for (int index = 0; index < tests; index++)
            Emit(rule.AnyBit ? JumpIfSet : JumpIfEqual, rule.Values[index], checked((byte)(tests - index)), 0);
        Emit(Jump, 1);
        Emit(Return, rule.Action);
        Emit(Load, NumberOffset);
    }

    private void Emit(ushort code, uint value, byte ifTrue = 0, byte ifFalse = 0) => program.Add((code, ifTrue, ifFalse, value));

    // struct sock_fprog.
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public ulong* Instructions;
    }
}

/// <summary>What happens to one system call.</summary>
/// <param name="Call">Its number.</param>
/// <param name="Action">An action of <see cref="SeccompFilter"/>.</param>
internal sealed record SeccompRule(int Call, uint Action)
{
    /// <summary>The argument (0 to 5) that has to match as well; null for every call.</summary>
    public int? Argument { get; private init; }

    /// <summary>Values or bits the argument's low half is compared with.</summary>
    public IReadOnlyList<uint> Values { get; private init; } = [];

    /// <summary>Whether one common bit is enough. Otherwise one value has to be equal.</summary>
    public bool AnyBit { get; private init; }

    /// <summary>Only when the argument is one of these.</summary>
    public SeccompRule WhenEqual(int argument, params uint[] values) => this with { Argument = argument, Values = values, AnyBit = false };

    /// <summary>Only when the argument has one of these bits.</summary>
    public SeccompRule WhenAnyBit(int argument, uint bits) => this with { Argument = argument, Values = [bits], AnyBit = true };
}
