using System.Buffers.Binary;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Sources;
using static Lethe.Tests.Scanning.Sources.Images;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>An image may say anything: it is refused in words or read as far as it goes, in little memory.</summary>
public abstract class HostileSources(params byte[][] valid)
{
    private static readonly int Cases = Trials.Of(100_000);

    // What a hostile image may make a scan read is not bounded, as it may say it is large; here it is.
    private const int MostStretches = 40, MostParts = 12;
    private const long MostMemory = 512L << 20;

    private static readonly ulong[] Extremes =
    [
        0,
        1,
        2,
        511,
        4095,
        4096,
        65536,
        int.MaxValue,
        uint.MaxValue,
        1UL << 40,
        1UL << 52,
        long.MaxValue,
        1UL << 63,
        ulong.MaxValue,
    ];

    [Fact]
    public void Broken_images_do_no_harm()
    {
        var random = Trials.Random(20261122);
        byte[] page = new byte[Page];
        for (int test = 0; test < Cases; test++)
        {
            byte[] image = (byte[])valid[test % valid.Length].Clone();
            int length = random.Next(8) == 0 ? random.Next(image.Length + 1) : image.Length;
            Break(image, random);
            try
            {
                using Source source = SourceOpener.Recognise("image", new MemoryStorage(image, length));
                Read(source, random, page);
            }
            catch (SourceException)
            {
                // The refusal that is meant for this.
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"case {test}: {failure}");
            }

            if (
                test % 100_000 == 0
                && GC.GetTotalMemory(forceFullCollection: false) > MostMemory
                && GC.GetTotalMemory(forceFullCollection: true) > MostMemory
            )
                Assert.Fail($"case {test}: takes {GC.GetTotalMemory(forceFullCollection: false)} bytes");
        }
    }

    private static void Break(byte[] image, Random random)
    {
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            // Mostly what comes first: headers and tables; mostly whole fields.
            int place = random.Next(
                random.Next(3) switch
                {
                    0 => image.Length,
                    1 => Math.Min(image.Length, 512),
                    _ => Math.Min(image.Length, 3 * Page),
                }
            );
            switch (random.Next(4))
            {
                case 0:
                    image[place] = (byte)random.Next(256);
                    break;
                case 1:
                    image[place] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    place = Math.Min(place & ~3, Math.Max(0, image.Length - 8));
                    ulong value = Extremes[random.Next(Extremes.Length)] + (ulong)random.Next(-1, 2);
                    if (random.Next(2) == 0) value = BinaryPrimitives.ReverseEndianness(value);
                    if (random.Next(2) == 0) BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(place), value);
                    else BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(place), (uint)value);
                    break;
            }
        }
    }

    private static void Read(Source source, Random random, byte[] page)
    {
        int parts = 0, stretches = 0;
        foreach (Part part in source.Parts())
        {
            if (part.Length < 0 || part.Offset < 0 || part.Length > long.MaxValue - part.Offset) Assert.Fail($"{part} cannot be");
            if (parts++ == MostParts) break;
            using IPartReader reader = source.Open(
                part,
                part.Seekable && random.Next(4) == 0 && part.Length > Page ? random.NextInt64(part.Length / Page) * Page : 0
            );
            long last = 0;
            while (stretches++ < MostStretches && reader.Next(out Stretch stretch))
            {
                long end = stretch.At + stretch.Bytes.Length + stretch.MissingBytes;
                if (stretch.At < last || end < stretch.At || end > part.Length)
                    Assert.Fail($"a stretch {stretch.At} to {end} after {last} in {part}");
                last = end;
            }
        }

        if (source.Memory is not { } memory || random.Next(4) != 0) return;
        memory.TryRead((ulong)random.NextInt64(Math.Max(1, memory.Length)), page);
        memory.TryRead(3 * Page - 100, page);
        int ranges = 0;
        foreach ((long offset, long length) in memory.DataRanges())
        {
            if (offset < 0 || length <= 0) Assert.Fail($"a data range of {length} at {offset}");
            if (ranges++ == MostParts) break;
        }
    }
}

public sealed class HostileElfTests()
    : HostileSources(
        Elf(Images.Memory(4), physical: true),
        Elf(Images.Memory(4), physical: false, many: true),
        Elf(Images.Memory(4), physical: true, withNote: true)
    );

public sealed class HostileLimeTests() : HostileSources(Lime(Images.Memory(4)));

public sealed class HostileAvmlTests() : HostileSources(Avml(Images.Memory(4)), Avml(Images.Memory(3), 5000, 1000));

public sealed class HostileKdumpTests() : HostileSources(
    Kdump(Images.Memory(4), Codec.Lzo),
    Kdump(Images.Memory(4), Codec.Snappy),
    Kdump(Images.Memory(4), Codec.None, withNote: true),
    Kdump(Images.Memory(3), Codec.Zstd)
);

public sealed class HostileFlattenedTests()
    : HostileSources(Flattened(Elf(Images.Memory(2), physical: true), 1000), Flattened(Lime(Images.Memory(3))));

public sealed class HostileHibernationTests() : HostileSources(
    Hibernation(Images.Memory(4), Codec.Lzo),
    Hibernation(Images.Memory(4), Codec.Lz4, markZeroPages: true),
    Hibernation(Images.Memory(3), Codec.Lzo, resumed: true),
    Hibernation(Images.Memory(3), Codec.None)
);

public sealed class HostileQcowTests()
    : HostileSources(Qcow(Images.Memory(4, gap: 20), Codec.None), Qcow(Images.Memory(4, gap: 20), Codec.Zstd));

public sealed class HostileTarTests() : HostileSources(Archives.Tar());
