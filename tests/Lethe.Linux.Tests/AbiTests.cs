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
        var program = new StringBuilder("#define _GNU_SOURCE\n#include <spawn.h>\n#include <unistd.h>\n#include <termios.h>\n#include <sys/syscall.h>\n");
        int constants = 0;
        foreach ((Type type, CHeaderAttribute header) in Declared())
        {
            program.AppendLine($"#include <{header.Header}>");
            foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral && !field.Name.Any(char.IsLower)))
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
    public void A_wrong_constant_is_found() =>
        Assert.Contains("static assertion failed", CCompiler.Check("#include <errno.h>\n_Static_assert(ENOMEM == 13, \"ENOMEM\");\n"));

    [Theory]
    [InlineData("SYS_add_key", typeof(Keyring), "AddKeyCall")]
    [InlineData("SYS_keyctl", typeof(Keyring), "KeyControlCall")]
    [InlineData("SYS_membarrier", typeof(GracePeriod), "MembarrierCall")]
    [InlineData("SYS_bpf", typeof(BpfArrayMap), "BpfCall")]
    [InlineData("SYS_memfd_secret", typeof(SecretMemory), "SecretMemoryCall")]
    public void Call_numbers_are_those_of_the_system_headers(string name, Type type, string field)
    {
        object value = type.GetField(field, BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;
        Assert.Equal("", CCompiler.Check($"#include <sys/syscall.h>\n_Static_assert({name} == {value}, \"{name}\");\n"));
    }

    private static IEnumerable<(Type Type, CHeaderAttribute Header)> Declared() =>
        typeof(Errno).Assembly.GetTypes()
            .Select(type => (type, type.GetCustomAttribute<CHeaderAttribute>()!))
            .Where(pair => pair.Item2 is not null);
}
