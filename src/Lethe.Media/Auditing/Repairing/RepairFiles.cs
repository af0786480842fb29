using Lethe.Facts;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>Turns the repairs of one host into files. Equal facts and repairs give equal files.</summary>
internal static class RepairFiles
{
    /// <summary>The name of the instructions, which every set of files has.</summary>
    public const string Instructions = "README";

    private const string Module = "lethe.nix";

    /// <summary>The files, ordered by path.</summary>
    /// <param name="facts">The host's facts. Changed copies are made from its files.</param>
    /// <param name="repairs">What closes its open findings.</param>
    public static IReadOnlyList<RepairedFile> Of(HostFacts facts, IReadOnlyList<Repair> repairs)
    {
        var files = new HostFiles(facts);
        Repair[] sound = [.. repairs.Where(IsOneLine)];
        var byHand = new List<Repair>(repairs.Where(repair => !IsOneLine(repair)));
        byHand.AddRange(KernelParameterFiles.Add(files, [.. sound.OfType<KernelParameter>()], [.. sound.OfType<NoKernelParameter>()]));
        SettingFiles.Add(files, [.. sound.OfType<SystemSetting>()]);
        SettingFiles.Add(files, [.. sound.OfType<KernelFile>()]);
        SettingFiles.Add(files, [.. sound.OfType<DropIn>()]);
        byHand.AddRange(sound.OfType<TableLine>().Where(line => !IsPut(line, files)));
        byHand.AddRange(sound.OfType<ManualRepair>());
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string path, string content) in files.All) all[path] = content;
        var uses = new List<(string Path, string Use)>();
        foreach (RepairFile file in sound.OfType<RepairFile>())
        {
            string path = Free(SafePath.Of(file.Path), all);
            all[path] = file.Content;
            uses.Add((path, file.Use));
        }

        string? module = NixModule.Of(sound);
        if (module is not null) all[Module] = module;
        all[Instructions] = RepairInstructions.Of(
            facts.Host,
            files,
            [.. sound.OfType<KernelParameter>()],
            [.. sound.OfType<NoKernelParameter>()],
            byHand,
            uses,
            module is null ? null : Module
        );
        return [.. all.Select(file => new RepairedFile(file.Key, file.Value))];
    }

    // A line that replaces none goes to the end of the file, which may be new.
    private static bool IsPut(TableLine line, HostFiles files)
    {
        string old = line.Old.Trim();
        if (old.Length > 0) return files.Change("/" + line.Path, line.Path, text => text.Trim() == old ? line.New : text);
        if (!files.IsKnown("/" + line.Path) && !files.Facts.Read("/" + line.Path).IsAbsent) return false;
        files.Add(line.Path, "Lines that leave nothing of ended workloads readable.", [line.New]);
        return true;
    }

    // A line break in a name or value would let others add lines to these files.
    private static bool IsOneLine(Repair repair) => repair switch
    {
        KernelParameter parameter => Plain(parameter.Text) && !parameter.Text.Contains('"'),
        NoKernelParameter parameter => Plain(parameter.Text),
        SystemSetting setting => Plain(setting.Name, setting.Value),
        KernelFile file => Plain(file.Path, file.Value)
            && file.Path.StartsWith("/sys/", StringComparison.Ordinal)
            && SafePath.Of(file.Path) == file.Path[1..],
        DropIn dropIn => Plain(dropIn.Path, dropIn.Section, dropIn.Key, dropIn.Value),
        TableLine line => Plain(line.New) && SafePath.Of(line.Path) == line.Path,
        _ => true,
    };

    private static bool Plain(params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
            foreach (char letter in text)
                if (char.IsControl(letter) && letter != '\t') return false;
        return true;
    }

    // Different names may become equal when they are made safe. And none may replace a file that is generated here.
    private static string Free(string path, SortedDictionary<string, string> taken)
    {
        bool IsTaken(string name) =>
            name is Instructions or Module
            || taken.ContainsKey(name)
            || taken.Keys.Any(other =>
                other.StartsWith(name + "/", StringComparison.Ordinal) || name.StartsWith(other + "/", StringComparison.Ordinal)
            );
        string free = path;
        for (int number = 2; IsTaken(free); number++) free = $"{path.Replace('/', '_')}-{number}";
        return free;
    }
}
