using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Media.Auditing;

/// <summary>Judges a setting of sysctl(8) that is a number.</summary>
/// <param name="Name">Its name, such as <c>vm.swappiness</c>.</param>
/// <param name="Closes">Which numbers close it.</param>
/// <param name="Closed">The summary if it is closed.</param>
/// <param name="Open">The summary if it is open.</param>
/// <param name="Value">The value that a repair sets.</param>
/// <param name="Absent">The summary for a running kernel that has no such setting, which closes it; null when that proves nothing.</param>
internal sealed record SettingJudgement(
    string Name,
    Func<long, bool> Closes,
    string Closed,
    string Open,
    string Value,
    string? Absent = null
)
{
    /// <summary>Patterns of the facts that it reads.</summary>
    public IReadOnlyList<string> Wants => SystemSettings.Wants(Name);

    /// <summary>Judges facts.</summary>
    public Judgement? Of(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Name);
        if (setting.Problem is not null) return Judgement.Unknown($"needs {Name}: {setting.Problem}");
        if (setting.Value is null && facts.Scope == FactScope.Host)
            return Absent is null ? null : Judgement.Closed(Absent, setting.Evidence);
        if (setting.Value is null) return Judgement.Unknown($"needs {Name} of the host that starts this: nothing here sets it");
        if (!long.TryParse(setting.Value, out long value)) return Judgement.Unknown($"needs a number as {Name}", setting.Evidence);
        return Closes(value)
            ? Judgement.Closed(Closed, setting.Evidence)
            : Judgement.Open(Open, setting.Evidence).RepairedBy(new SystemSetting(Name, Value));
    }
}
