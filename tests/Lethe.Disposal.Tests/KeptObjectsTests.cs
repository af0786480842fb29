using System.Runtime.InteropServices;
using Lethe.Disposal.Wiping;
using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Disposal;

/// <summary>Objects in memory that are kept until they are overwritten; memory files of this process stand for the workload's.</summary>
public sealed partial class KeptObjectsTests : IDisposable
{
    private static readonly Medium Medium = Medium.Memfd;

    // linux/memfd.h and linux/fcntl.h.
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033, SealWrite = 8;
    private readonly KeptObjects objects = new();

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    public void Dispose() => objects.Dispose();

    [Fact]
    public void What_is_kept_is_overwritten_at_the_end_also_while_somebody_holds_it()
    {
        using Descriptor file = Secret(100_000, out Descriptor kept);
        Assert.True(objects.Keep(kept, Medium));
        ObjectsOutcome outcome = objects.WipeAll()[Medium];
        Assert.Equal((1, 100_000L, null), (outcome.Seen, outcome.WipedBytes, outcome.Missed));
        Assert.True(IsZero(file));
    }

    [Fact]
    public void What_is_kept_already_is_not_kept_again()
    {
        using Descriptor file = Secret(4096, out Descriptor kept);
        Assert.True(objects.Keep(kept, Medium));
        using Descriptor again = Reopen(file, FileCalls.O_RDONLY);
        Assert.False(objects.Keep(again, Medium.Tmpfs));
        IReadOnlyDictionary<Medium, ObjectsOutcome> outcomes = objects.WipeAll();
        Assert.Equal((Medium, 1), (Assert.Single(outcomes).Key, outcomes[Medium].Seen));
    }

    [Fact]
    public void What_is_no_file_is_not_kept()
    {
        (Descriptor read, Descriptor write) = Descriptor.Pipe();
        using (read)
        using (write) Assert.False(objects.Keep(read, Medium));
        Assert.Empty(objects.WipeAll());
    }

    [Fact]
    public void A_sweep_overwrites_what_nobody_uses_any_more_and_nothing_else()
    {
        using Descriptor used = Secret(4096, out Descriptor keptUsed);
        Descriptor unused = Secret(8192, out Descriptor keptUnused);
        Assert.True(objects.Keep(keptUsed, Medium));
        Assert.True(objects.Keep(keptUnused, Medium));
        unused.Dispose();
        objects.Sweep();
        Assert.False(IsZero(used));
        Assert.True(keptUnused.IsClosed);
        Assert.False(keptUsed.IsClosed);
        Assert.Equal(4096 + 8192, objects.WipeAll()[Medium].WipedBytes);
    }

    [Fact]
    public void A_file_that_has_a_name_is_left_alone_by_a_sweep()
    {
        string path = Path.Combine("/dev/shm", $"lethe-kept-{Guid.NewGuid():n}");
        try
        {
            File.WriteAllText(path, "secret");
            Assert.True(objects.Keep(Descriptor.Open(path, FileCalls.O_RDONLY), Medium.Tmpfs));
            objects.Sweep();
            Assert.Equal("secret", File.ReadAllText(path));
            File.Delete(path);
            objects.Sweep();
            Assert.Equal(6, objects.WipeAll()[Medium.Tmpfs].WipedBytes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Only_the_part_that_is_cut_off_is_overwritten()
    {
        using Descriptor file = Secret(3 * 4096, out Descriptor kept);
        Assert.True(objects.Keep(kept, Medium));
        objects.Cut(file, 4096, 2 * 4096);
        byte[] content = Content(file);
        Assert.Equal((true, false, true), (content.AsSpan(0, 4096).ContainsAnyExcept((byte)0),
            content.AsSpan(4096, 4096).ContainsAnyExcept((byte)0), content.AsSpan(8192).ContainsAnyExcept((byte)0)));
    }

    [Fact]
    public void A_file_that_is_not_kept_and_a_part_behind_the_end_are_left_alone()
    {
        using Descriptor stranger = Secret(4096, out Descriptor unkept);
        unkept.Dispose();
        objects.Cut(stranger, 0, long.MaxValue);
        Assert.False(IsZero(stranger));
        using Descriptor file = Secret(4096, out Descriptor kept);
        Assert.True(objects.Keep(kept, Medium));
        objects.Cut(file, 4096, long.MaxValue);
        Assert.False(IsZero(file));
    }

    [Fact]
    public void A_sealed_file_is_told()
    {
        using Descriptor file = Secret(4096, out Descriptor kept, AllowSealing);
        Assert.True(Control(file.Number, AddSeals, SealWrite) >= 0);
        Assert.True(objects.Keep(kept, Medium));
        Assert.Contains("may not be written any more", objects.WipeAll()[Medium].Missed, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_opened_to_be_overwritten_is_told()
    {
        using Descriptor file = Secret(4096, out Descriptor kept);
        Assert.True(objects.Keep(kept, Medium));
        // The descriptor is gone, as a shortage of them would have it: the next to be opened fails.
        kept.Dispose();
        Assert.Equal("1 objects could not be kept or overwritten", objects.WipeAll()[Medium].Missed);
        Assert.False(IsZero(file));
    }

    private static Descriptor Secret(int length, out Descriptor kept, uint flags = 0)
    {
        // Opened by name, as the workload's are: only such users are counted.
        using Descriptor made = MemoryFile.Create("secret", MemoryCalls.MFD_CLOEXEC | flags);
        Descriptor file = Reopen(made, FileCalls.O_RDWR);
        byte[] content = new byte[length];
        Array.Fill(content, (byte)'s');
        file.WriteAll(content);
        kept = Reopen(made, FileCalls.O_RDONLY);
        return file;
    }

    private static Descriptor Reopen(Descriptor file, int flags) => Descriptor.Open($"/proc/self/fd/{file.Number}", flags);

    private static bool IsZero(Descriptor file) => !Content(file).AsSpan().ContainsAnyExcept((byte)0);

    private static byte[] Content(Descriptor file)
    {
        byte[] content = new byte[FileStatus.Of(file).Length];
        Assert.Equal(content.Length, file.ReadSomeAt(0, content));
        return content;
    }
}
