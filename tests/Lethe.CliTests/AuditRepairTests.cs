using System.Text.Json;

namespace Lethe.Tests.Cli;

/// <summary><c>lethe audit --fix</c>, as a user calls it.</summary>
public sealed class AuditRepairTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-fix-").FullName;

    private string Root => Path.Combine(directory, "root");

    private string Repairs => Path.Combine(directory, "repairs");

    public AuditRepairTests()
    {
        Make("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet init_on_free=0\"\nGRUB_CMDLINE_LINUX=\"page_poison=1\"\n");
        Make(
            "boot/config-6.1.0",
            "CONFIG_PAGE_POISONING=y\nCONFIG_INIT_ON_ALLOC_DEFAULT_ON=y\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not set\n"
        );
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Repairs_that_are_copied_over_the_root_close_what_was_open()
    {
        Assert.Contains("anonymous-memory/zeroing-not-contradicted", OpenRules(Audit("--fix", Repairs)));
        // Nothing of the root itself was changed.
        Assert.Equal(["boot/config-6.1.0", "etc/default/grub"], FilesBelow(Root));
        Assert.Contains("etc/default/grub.d/60-lethe.cfg", FilesBelow(Repairs));
        foreach (string file in FilesBelow(Repairs).Where(file => file.Contains('/')))
            Make(file, File.ReadAllText(Path.Combine(Repairs, file)));
        Assert.DoesNotContain("anonymous-memory/zeroing-not-contradicted", OpenRules(Audit()));
    }

    [Fact]
    public void A_directory_with_something_in_it_is_refused_and_stays()
    {
        Directory.CreateDirectory(Repairs);
        File.WriteAllText(Path.Combine(Repairs, "mine"), "1");
        var result = Audit("--fix", Repairs);
        Assert.Equal((64, ""), (result.ExitCode, result.Output));
        Assert.Equal(["mine"], FilesBelow(Repairs));
    }

    [Fact]
    public void Several_hosts_have_a_directory_each()
    {
        string facts = Path.Combine(directory, "facts.json");
        File.WriteAllText(
            facts,
            """{"schema":"lethe.facts/1","host":"../alpha","scope":"host","looked":["/proc/cmdline"],"facts":["""
                + """{"path":"/proc/cmdline","text":"quiet"},"""
                + """{"path":"kernel:config","text":"# CONFIG_INIT_ON_FREE_DEFAULT_ON is not set\n"""
                + """# CONFIG_PAGE_POISONING is not set\n"}]}"""
        );
        ShippedLethe.Run("audit", facts, facts, "--fix", Repairs);
        string[] files = FilesBelow(Repairs);
        Assert.Equal(2, files.Count(file => file.EndsWith("/README", StringComparison.Ordinal) && file.Split('/').Length == 2));
        Assert.Equal(["facts.json", "repairs", "root"], Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order());
    }

    private (int ExitCode, string Output, string Errors) Audit(params string[] arguments) =>
        ShippedLethe.Run(["audit", "--json", "--root", Root, .. arguments]);

    private static string[] OpenRules((int ExitCode, string Output, string Errors) audit)
    {
        using JsonDocument report = JsonDocument.Parse(audit.Output);
        return
        [
            .. report
                .RootElement.GetProperty("findings")
                .EnumerateArray()
                .Where(finding => finding.GetProperty("state").GetString() == "open")
                .Select(finding => finding.GetProperty("rule").GetString()!),
        ];
    }

    private static string[] FilesBelow(string path) =>
        [
            .. Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(path, file))
                .Order(StringComparer.Ordinal),
        ];

    private void Make(string name, string content)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
