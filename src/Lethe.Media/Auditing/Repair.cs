namespace Lethe.Media.Auditing;

/// <summary>What closes a finding: one setting, in the place where it belongs.</summary>
public abstract record Repair
{
    /// <summary>What a person has to do, in one line.</summary>
    public abstract string Instruction { get; }
}

/// <summary>A parameter on the kernel's command line.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">Its value; null when it has none.</param>
internal sealed record KernelParameter(string Name, string? Value = null) : Repair
{
    /// <summary>The parameter as the command line has it.</summary>
    public string Text => Value is null ? Name : $"{Name}={Value}";

    /// <inheritdoc/>
    public override string Instruction => $"add {Text} to the kernel's command line and restart";
}

/// <summary>A parameter that must not be on the kernel's command line.</summary>
/// <param name="Text">The parameter as the command line has it.</param>
internal sealed record NoKernelParameter(string Text) : Repair
{
    /// <inheritdoc/>
    public override string Instruction => $"take {Text} off the kernel's command line and restart";
}

/// <summary>A setting of sysctl(8).</summary>
/// <param name="Name">Its name, such as <c>vm.swappiness</c>.</param>
/// <param name="Value">The value.</param>
internal sealed record SystemSetting(string Name, string Value) : Repair
{
    /// <inheritdoc/>
    public override string Instruction => $"set {Name} = {Value} (sysctl)";
}

/// <summary>A value written to a file of /sys at each start (tmpfiles.d(5)).</summary>
/// <param name="Path">Below <c>/sys</c>.</param>
/// <param name="Value">The value.</param>
internal sealed record KernelFile(string Path, string Value) : Repair
{
    /// <inheritdoc/>
    public override string Instruction => $"write {Value} to {Path} at each start";
}

/// <summary>A key in a section of a configuration file of systemd or a drop-in of a unit.</summary>
/// <param name="Path">The drop-in's path, without the leading slash.</param>
/// <param name="Section">Without brackets.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
internal sealed record DropIn(string Path, string Section, string Key, string Value) : Repair
{
    /// <inheritdoc/>
    public override string Instruction => $"set {Key}={Value} under [{Section}] in /{Path}";
}

/// <summary>A line of a table such as fstab(5) or crypttab(5), added or in place of another.</summary>
/// <param name="Path">The file, without the leading slash.</param>
/// <param name="Old">The line that it replaces; empty for a line that is added.</param>
/// <param name="New">The new line.</param>
internal sealed record TableLine(string Path, string Old, string New) : Repair
{
    /// <inheritdoc/>
    public override string Instruction =>
        string.IsNullOrWhiteSpace(Old) ? $"add the line \"{New}\" to /{Path}" : $"in /{Path}, write \"{New}\" in place of \"{Old.Trim()}\"";
}

/// <summary>A changed copy of a small file that configures a guest or a workload, or a patch for it.</summary>
/// <param name="Path">Where it goes below the directory of repairs.</param>
/// <param name="Content">The file.</param>
/// <param name="Use">What to do with it, in one line.</param>
internal sealed record RepairFile(string Path, string Content, string Use) : Repair
{
    /// <inheritdoc/>
    public override string Instruction => Use;
}

/// <summary>Something that only a person can do.</summary>
/// <param name="Text">What, in one line.</param>
internal sealed record ManualRepair(string Text) : Repair
{
    /// <inheritdoc/>
    public override string Instruction => Text;
}
