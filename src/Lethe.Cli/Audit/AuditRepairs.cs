using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Media.Auditing.Repairing;
using Lethe.Media.Hosts;

namespace Lethe.Cli.Audit;

/// <summary>Where <c>--fix</c> wants repairs to go, if it was given.</summary>
internal sealed class AuditRepairs
{
    private readonly string name;
    private readonly RepairDirectory? directory;

    private AuditRepairs(string name, RepairDirectory? directory)
    {
        this.name = name;
        this.directory = directory;
    }

    /// <summary>The place, looked at before anything is judged.</summary>
    /// <param name="name">As the user gave it; null without.</param>
    /// <exception cref="EvidenceException">It cannot be used.</exception>
    public static AuditRepairs Of(string? name)
    {
        try
        {
            return new AuditRepairs(name ?? "", name is null ? null : new RepairDirectory(name));
        }
        catch (RepairException failure)
        {
            throw new EvidenceException(failure.Message, failure.Hint, ExitCode.Usage);
        }
    }

    /// <summary>Takes what repairs a host.</summary>
    /// <returns>The audit, as it was.</returns>
    public HostAudit Take(HostFacts facts, HostAudit audit)
    {
        directory?.Add(facts.Host, RepairFiles.Of(facts, audit.Repairs));
        return audit;
    }

    /// <summary>Writes them, if they are wanted, and says where to begin.</summary>
    /// <exception cref="EvidenceException">They cannot be written.</exception>
    public void Write()
    {
        if (directory is null) return;
        try
        {
            int count = directory.Write();
            Notice.Write($"wrote {count} {(count == 1 ? "file" : "files")} to {name}; begin with {RepairFiles.Instructions}");
        }
        catch (RepairException failure)
        {
            throw new EvidenceException(failure.Message, failure.Hint, ExitCode.OperationalError);
        }
    }
}
