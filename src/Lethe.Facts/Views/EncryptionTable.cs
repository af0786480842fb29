using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>The encrypted devices that are opened at each start, and with what key (crypttab(5)).</summary>
internal sealed class EncryptionTable
{
    private EncryptionTable(Reading table)
    {
        Problem = table.IsUnknown ? $"{table.Source}: {table.Problem}" : null;
        All =
        [
            .. from line in table.Lines
            let words = line.Words
            where words.Length >= 2 && words[0][0] != '#'
            select new EncryptedDevice(
                words[0],
                words[1],
                words.Length > 2 ? words[2] : "none",
                words.Length > 3 ? words[3].Split(',') : [],
                line
            ),
        ];
    }

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["/etc/crypttab"];

    /// <summary>Reads it out of facts.</summary>
    public static EncryptionTable Of(HostFacts facts) => new(facts.Read("/etc/crypttab"));

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; }

    /// <summary>The devices, in order.</summary>
    public IReadOnlyList<EncryptedDevice> All { get; }

    /// <summary>The device of that name; null when the table has none.</summary>
    /// <param name="name">As device mapper has it.</param>
    public EncryptedDevice? Find(string? name) => All.FirstOrDefault(device => device.Name == name);
}

/// <summary>An encrypted device as it is opened at each start.</summary>
/// <param name="Name">Device mapper's name for it.</param>
/// <param name="Source">The device below; untrusted.</param>
/// <param name="Key">A file, or <c>none</c> and <c>-</c> for a passphrase.</param>
/// <param name="Options">Its options.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record EncryptedDevice(string Name, string Source, string Key, IReadOnlyList<string> Options, TextLine Line)
{
    /// <summary>Whether each start makes a key that nobody keeps.</summary>
    public bool HasRandomKey => Key is "/dev/urandom" or "/dev/random" or "/dev/hw_random" or "/dev/hwrng";

    /// <summary>The line as evidence.</summary>
    public Citation Evidence => Line.Evidence;
}
