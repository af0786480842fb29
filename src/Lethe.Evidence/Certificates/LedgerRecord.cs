using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Lethe.Evidence.Certificates;

/// <summary>One row of the ledger, as it is stored; nothing in it is believed until it is verified.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Kind"><see cref="Begun"/> or <see cref="Ended"/>.</param>
/// <param name="Id">The certificate it belongs to.</param>
/// <param name="Time">When it was written, UTC, ISO 8601.</param>
/// <param name="Content">A begun workload, or a signed envelope; JSON.</param>
/// <param name="Hash">The hash of all this and of the record before, hexadecimal.</param>
public sealed record LedgerRecord(long Sequence, string Kind, string Id, string Time, string Content, string Hash)
{
    /// <summary>A workload is about to start.</summary>
    public const string Begun = "begun";

    /// <summary>A workload has ended; the content is its certificate.</summary>
    public const string Ended = "ended";

    /// <summary>What the first record has for the hash of the one before.</summary>
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The hash that this record must have when it follows another.</summary>
    /// <param name="previous">The hash of the record before.</param>
    public string HashAfter(string previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        // Each part with its length, so that nothing can move from one into the next.
        foreach (string part in (ReadOnlySpan<string>)["lethe.ledger/1", previous, Kind, Id, Time, Content])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt64BigEndian(number, bytes.Length);
            hash.AppendData(number);
            hash.AppendData(bytes);
        }

        BinaryPrimitives.WriteInt64BigEndian(number, Sequence);
        hash.AppendData(number);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
