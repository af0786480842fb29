using System.Text;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>The same repairs as a module of NixOS, which makes such files itself.</summary>
internal static class NixModule
{
    private const string ServicePart = ".service.d/", Units = "etc/systemd/system/", UserUnits = "etc/systemd/user/", Etc = "etc/";

    /// <summary>The module; null when none of the repairs has a counterpart there.</summary>
    public static string? Of(IReadOnlyList<Repair> repairs)
    {
        var options = new List<string>();
        KernelParameter[] parameters = [.. repairs.OfType<KernelParameter>()];
        if (parameters.Length > 0)
            options.Add(
                $"boot.kernelParams = lib.mkAfter [ {string.Join(' ', parameters.Select(parameter => Text(parameter.Text)).Distinct())} ];"
            );
        options.AddRange(
            repairs
                .OfType<SystemSetting>()
                .GroupBy(setting => setting.Name)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"boot.kernel.sysctl.{Text(group.Key)} = lib.mkForce {Text(group.Last().Value)};")
        );
        string[] lines = [.. repairs.OfType<KernelFile>().Select(SettingFiles.LineOf).Order(StringComparer.Ordinal)];
        if (lines.Length > 0) options.Add($"systemd.tmpfiles.rules = [ {string.Join(' ', lines.Select(Text))} ];");
        foreach (
            IGrouping<string, DropIn> file in repairs
                .OfType<DropIn>()
                .GroupBy(dropIn => dropIn.Path)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
            options.AddRange(OptionsOf(file.Key, [.. file]));
        if (options.Count == 0) return null;
        var module = new StringBuilder(
            "# Written by lethe audit --fix, for NixOS in place of the files beside it: name it in the imports of the configuration.\n{ "
                + "lib, ... }:\n{\n"
        );
        foreach (string option in options) module.Append("  ").Append(option).Append('\n');
        foreach (NoKernelParameter unwanted in repairs.OfType<NoKernelParameter>())
            module.Append($"  # Take {unwanted.Text} off boot.kernelParams.\n");
        return module.Append("}\n").ToString();
    }

    private static IEnumerable<string> OptionsOf(string path, DropIn[] dropIns)
    {
        int service = path.IndexOf(ServicePart, StringComparison.Ordinal);
        if (path.StartsWith(Units, StringComparison.Ordinal) && service > 0)
        {
            string unit = Text(path[Units.Length..service]);
            foreach (DropIn dropIn in dropIns.Where(dropIn => dropIn.Section is "Service" or "Unit"))
                yield return $"systemd.services.{unit}.{dropIn.Section.ToLowerInvariant()}Config.{Text(dropIn.Key)} = "
                    + $"lib.mkForce {Text(dropIn.Value)};";
        }
        else if (
            path.StartsWith(Etc, StringComparison.Ordinal)
            && !path.StartsWith(Units, StringComparison.Ordinal)
            && !path.StartsWith(UserUnits, StringComparison.Ordinal)
        )
        {
            string content = string.Concat(
                dropIns
                    .GroupBy(dropIn => dropIn.Section)
                    .Select(section =>
                        $"[{section.Key}]\n{string.Concat(section.Select(dropIn => $"{dropIn.Key}={dropIn.Value}\n").Distinct())}"
                    )
            );
            yield return $"environment.etc.{Text(path[Etc.Length..])}.text = {Text(content)};";
        }
    }

    private static string Text(string text)
    {
        string escaped = text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("${", "\\${", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
