using System.Reflection;
using System.Text;
using Lethe.Linux;

namespace Lethe.Tests.Linux;

/// <summary>Every constant that names a C header is compared with that header by the C compiler.</summary>
public sealed class AbiTests
{
    [Fact]
    public void Constants_are_those_of_the_system_headers()
    {
        var program = new StringBuilder(
            "#define _GNU_SOURCE\n#include <spawn.h>\n#include <unistd.h>\n#include <termios.h>\n#include <sys/syscall.h>\n"
        );
        int constants = 0;
        foreach ((Type type, CHeaderAttribute header) in Declared())
        {
            program.AppendLine($"#include <{header.Header}>");
            foreach (
                FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static)
                    .Where(field =>
                        field.IsLiteral && (field.Name.StartsWith("SYS_", StringComparison.Ordinal) || !field.Name.Any(char.IsLower))
                    )
            )
            {
                program.AppendLine($"_Static_assert((long long)({field.Name}) == {field.GetRawConstantValue()}LL, \"{field.Name}\");");
                constants++;
            }
        }

        Assert.True(constants > 20, $"only {constants} constants were found");
        program.AppendLine($"_Static_assert(sizeof(posix_spawn_file_actions_t) <= {ChildProcess.FileActionsSize}, \"actions\");");
        program.AppendLine($"_Static_assert(sizeof(struct termios) <= {PseudoTerminal.TermiosSize}, \"termios\");");
        program.AppendLine("#include <sys/sysinfo.h>\n#include <stddef.h>");
        program.AppendLine($"_Static_assert(sizeof(struct sysinfo) <= {SystemMemory.SystemInformationSize}, \"sysinfo\");");
        program.AppendLine($"_Static_assert(offsetof(struct sysinfo, freeram) == {SystemMemory.FreeOffset}, \"freeram\");");
        program.AppendLine($"_Static_assert(offsetof(struct sysinfo, mem_unit) == {SystemMemory.UnitOffset}, \"mem_unit\");");
        Assert.Equal("", CCompiler.Check(program.ToString()));
    }

    [Fact]
    public void Requests_and_structures_that_have_no_name_of_their_own_are_those_of_the_system_headers() =>
        Assert.Equal(
            "",
            CCompiler.Check(
                $"""
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <linux/audit.h>
        #include <linux/fanotify.h>
        #include <linux/kcmp.h>
        #include <linux/seccomp.h>
        #include <linux/userfaultfd.h>
        #include <sys/ioctl.h>
        #include <sys/resource.h>
        #include <sys/stat.h>
        #include <sys/user.h>
        #include <sys/vfs.h>
        _Static_assert(SECCOMP_IOCTL_NOTIF_RECV == 0x{(uint)SeccompListener.ReceiveRequest:x}u, "receive");
        _Static_assert(SECCOMP_IOCTL_NOTIF_SEND == 0x{(uint)SeccompListener.SendRequest:x}u, "send");
        _Static_assert(SECCOMP_IOCTL_NOTIF_ADDFD == 0x{(uint)SeccompListener.AddDescriptorRequest:x}u, "add descriptor");
        _Static_assert(sizeof(struct seccomp_notif) == {SeccompListener.NotificationSize}, "notification");
        _Static_assert(offsetof(struct seccomp_notif, data.args) == 32, "arguments");
        _Static_assert(sizeof(struct seccomp_notif_resp) == {SeccompListener.ResponseSize}, "response");
        _Static_assert(sizeof(struct seccomp_notif_addfd) == {SeccompListener.AddDescriptorSize}, "added descriptor");
        _Static_assert(UFFDIO_API == 0x{(uint)Userfault.ApiRequest:x}u && UFFDIO_REGISTER == 0x{(uint)
            Userfault.RegisterRequest:x}u && UFFDIO_ZEROPAGE == 0x{(uint)Userfault.ZeroPageRequest:x}u, "userfault");
        _Static_assert(sizeof(struct uffd_msg) == {Userfault.MessageSize}, "message");
        _Static_assert(AUDIT_ARCH_X86_64 == 0x{(uint)SeccompFilter.AuditArchX8664:x}u && AUDIT_ARCH_I386 == 0x{(uint)
            SeccompFilter.AuditArchI386:x}u, "architecture");
        _Static_assert(sizeof(struct fanotify_event_metadata) == {FanotifyGroup.EventSize}, "event");
        _Static_assert(offsetof(struct fanotify_event_metadata, fd) == 16, "event descriptor");
        _Static_assert(offsetof(struct fanotify_event_metadata, pid) == 20, "event process");
        _Static_assert(KCMP_VM == 1 && RLIMIT_CORE == 4 && RLIMIT_NOFILE == 7, "task calls");
        _Static_assert(sizeof(struct user_regs_struct) == {System.Runtime.CompilerServices.Unsafe.SizeOf<Registers>()}, "registers");
        _Static_assert(offsetof(struct user_regs_struct, orig_rax) == 120, "register of the call");
        _Static_assert(offsetof(struct user_regs_struct, rdi) == 112, "register of the first argument");
        _Static_assert(offsetof(struct stat, st_ino) == 8 && offsetof(struct stat, st_nlink) == 16
            && offsetof(struct stat, st_mode) == 24 && offsetof(struct stat, st_size) == 48
            && offsetof(struct stat, st_blocks) == 64, "stat");
        _Static_assert(sizeof(struct stat) <= 256 && sizeof(struct statfs) <= 256, "status");
        """));

    [Fact]
    public void A_wrong_constant_is_found() =>
        Assert.Contains("static assertion failed", CCompiler.Check("#include <errno.h>\n_Static_assert(ENOMEM == 13, \"ENOMEM\");\n"));

    private static IEnumerable<(Type Type, CHeaderAttribute Header)> Declared() =>
        typeof(Errno).Assembly.GetTypes()
            .Select(type => (type, type.GetCustomAttribute<CHeaderAttribute>()!))
            .Where(pair => pair.Item2 is not null);
}
