using Lethe.Facts.Trees;

namespace Lethe.Facts.Collecting;

/// <summary>
/// Files of guests, containers, units and NixOS: recognised by marks that stand at certain places, and refused when they are broken.
/// </summary>
internal static class StructuredForms
{
    private const int LooksAt = 64 << 10;

    /// <summary>The forms, the surest marks first.</summary>
    public static IReadOnlyList<FileForm> All { get; } =
    [
        Of("libvirt", (_, text) => Starts(text, "<") && Has(text, "<domain"), Xml),
        Of("oci", (_, text) => Starts(text, "{") && Has(text, "\"ociVersion\""), Json),
        Of(
            "firecracker",
            (_, text) => Starts(text, "{") && HasAny(text, "\"machine-config\"", "\"boot-source\"", "\"mem_backend\"", "\"mem_file_path\""),
            Json
        ),
        Of(
            "cloud-hypervisor",
            (_, text) =>
                Starts(text, "{")
                    ? Has(text, "\"memory\"") && HasAny(text, "\"payload\"", "\"hotplug_method\"")
                    : IsCommand(text, "cloud-hypervisor") && Has(text, "--memory"),
            JsonIfObject
        ),
        Of(
            "docker",
            (name, text) =>
                Starts(text, "{")
                && (
                    name.StartsWith("daemon", StringComparison.Ordinal)
                    || HasAny(text, "\"log-driver\"", "\"storage-driver\"", "\"default-ulimits\"", "\"data-root\"", "\"default-ipc-mode\"")
                ),
            Json
        ),
        Of(
            "nixos",
            (name, text) =>
                (Starts(text, "{") || Starts(text, "["))
                && NixOptions.Names.Any(option =>
                    name.Contains(option, StringComparison.Ordinal)
                    || HasAny(text, $"\"{option}\"", $"\"{option[(option.LastIndexOf('.') + 1)..]}\"")
                ),
            Json
        ) with
        {
            Parts = NixOptions.Parts,
        },
        Of("kubelet", (_, text) => IsKubernetes(text) && Has(text, "KubeletConfiguration"), YamlOrJson),
        Of("kubernetes", (_, text) => IsKubernetes(text), YamlOrJson),
        Of(
            "gvisor",
            (_, text) => FileForm.HasLine(text, line => line == "[runsc_config]") || (IsCommand(text, "runsc") && Has(text, "--")),
            TomlIfSections
        ),
        Of("kata", (_, text) => FileForm.HasLine(text, line => line.StartsWith("[hypervisor.", StringComparison.Ordinal)), Toml),
        Of(
            "containerd",
            (_, text) =>
                FileForm.HasLine(text, line => line is "[grpc]" or "[plugins]" || line.StartsWith("[plugins.", StringComparison.Ordinal)),
            Toml
        ),
        new("libvirt-qemu", (name, _) => name is "qemu.conf", _ => "/etc/libvirt/qemu.conf"),
        Of("unit", (_, text) => FileForm.HasLine(text, line => line is "[Service]" or "[Unit]"), (_, _) => { }),
        Of("crosvm", (_, text) => IsCommand(text, "crosvm") && Has(text, "run"), (_, _) => { }),
        Of("qemu", (_, text) => (Has(text, "qemu-system-") || IsCommand(text, "qemu-kvm")) && Has(text, " -"), (_, _) => { }),
    ];

    private static FileForm Of(string name, Func<string, string, bool> recognises, Action<string, string> check) =>
        new(name, recognises, file => $"given:{name}/{file}") { Check = check };

    private static void Xml(string text, string source) => XmlTree.Parse(text, source);

    private static void Json(string text, string source) => JsonTree.Parse(text, source);

    private static void JsonIfObject(string text, string source)
    {
        if (Starts(text, "{")) Json(text, source);
    }

    private static void YamlOrJson(string text, string source)
    {
        if (Starts(text, "{") || Starts(text, "[")) Json(text, source);
        else YamlTree.Parse(text, source);
    }

    private static void Toml(string text, string source) => TomlTree.Parse(text, source);

    private static void TomlIfSections(string text, string source)
    {
        if (FileForm.HasLine(text, line => line == "[runsc_config]")) Toml(text, source);
    }

    private static bool IsKubernetes(string text) =>
        Starts(text, "{") || Starts(text, "[")
            ? Has(text, "\"apiVersion\"") && Has(text, "\"kind\"")
            : FileForm.HasLine(text, line => line.StartsWith("apiVersion:", StringComparison.Ordinal))
                && FileForm.HasLine(text, line => line.StartsWith("kind:", StringComparison.Ordinal));

    // A program's name as a word of its own or at the end of a path.
    private static bool IsCommand(string text, string program) =>
        HasAny(text, $"/{program} ", $" {program} ", $"\n{program} ") || Starts(text, program + " ");

    private static bool Starts(string text, string mark) =>
        text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith(mark, StringComparison.Ordinal);

    private static bool HasAny(string text, params ReadOnlySpan<string> marks)
    {
        foreach (string mark in marks)
            if (Has(text, mark)) return true;
        return false;
    }

    private static bool Has(string text, string mark) =>
        text.AsSpan(0, Math.Min(text.Length, LooksAt)).Contains(mark, StringComparison.Ordinal);
}
