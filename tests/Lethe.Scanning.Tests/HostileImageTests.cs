using System.Buffers.Binary;
using System.Text;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Scanning;

/// <summary>A memory image may say anything: nothing it says may crash the reader or make it take memory without bound.</summary>
public sealed class HostileImageTests
{
    private static readonly int ParserCases = Trials.Of(100_000), ImageCases = Trials.Of(20_000);

    private static readonly byte[] Note = SampleNote.Of(
        pageTables: 0xffffffff82810000,
        sections: 0xffff888000010000,
        physicalBase: -16777216
    );

    // As since 7.x.
    private static readonly byte[] NoteOfMasks = Encoding.ASCII.GetBytes(
        Encoding.ASCII.GetString(Note).Replace("page.compound_head", "page.compound_info", StringComparison.Ordinal)
    );

    [Fact]
    public void Broken_notes_do_no_harm()
    {
        var random = Trials.Random(20261122);
        byte[] start = Note[..100];
        for (int test = 0; test < ParserCases; test++)
        {
            byte[] text = (byte[])(test % 100 == 0 ? Note : start).Clone();
            Break(text, random);
            if (VmCoreInfo.Parse(text.AsSpan(0, random.Next(text.Length + 1))) is not { } note) continue;
            Swallow(() => note.Number("phys_base"));
            Swallow(() => (ulong)note.Offset("page.flags"));
            Swallow(() => note.Symbol("swapper_pg_dir"));
        }
    }

    [Fact]
    public void Broken_images_give_an_answer_or_a_plain_refusal()
    {
        var random = Trials.Random(20261122);
        for (int test = 0; test < ImageCases; test++)
        {
            byte[] image = new byte[64 * 1024];
            // Page tables that point anywhere in the image, so that walks go somewhere.
            for (int at = 0; at < image.Length; at += 8)
                BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), ((ulong)random.Next(20) << 12) + (ulong)random.Next(256));
            byte[] text = (byte[])(test % 3 == 0 ? NoteOfMasks : Note).Clone();
            if (test % 2 == 1) Break(text, random);
            int place = random.Next(0, image.Length - text.Length - 32) & ~3;
            WriteNote(image.AsSpan(place), text, test % 7 == 0 ? uint.MaxValue : (uint)text.Length);
            try
            {
                PageStates states = PageStates.Of(new ArrayMemory(image));
                for (long frame = -1; frame < 40; frame++) states.StateOf(frame * 7919);
            }
            catch (UnknownLayoutException)
            {
                // The refusal that is meant for this.
            }
        }
    }

    [Fact]
    public void An_image_without_a_note_is_refused() =>
        Assert.Throws<UnknownLayoutException>(() => PageStates.Of(new ArrayMemory(new byte[8192])));

    [Theory]
    [InlineData("ffffffffffffff00", "ffffffffffffffff")]
    [InlineData("fffffffff7ffffff", "ffffffffffffff00")]
    [InlineData("ffffffff81000000", "0")]
    [InlineData("0", "ffffffffffffffff")]
    public void Wherever_a_note_says_that_the_kernel_is_looking_for_its_types_ends(string text, string symbols)
    {
        VmCoreInfo note = VmCoreInfo.Parse([
            .. Note,
            .. Encoding.ASCII.GetBytes($"\nSYMBOL(_stext)={text}\nSYMBOL(kallsyms_names)={symbols}\n"),
        ])!;
        Assert.Null(KernelImage.FindTypes(new KernelAddressSpace(new ArrayMemory(new byte[64 * 1024]), note), note, out _));
    }

    private static void Break(byte[] text, Random random)
    {
        for (int change = random.Next(1, 6); change > 0; change--)
            text[random.Next(text.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "0123456789=-\n()"[random.Next(15)]);
    }

    private static void WriteNote(Span<byte> place, byte[] text, uint length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(place, 11);
        BinaryPrimitives.WriteUInt32LittleEndian(place[4..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(place[8..], 0);
        "VMCOREINFO\0"u8.CopyTo(place[12..]);
        text.CopyTo(place[24..]);
    }

    private static void Swallow(Func<ulong> read)
    {
        try
        {
            read();
        }
        catch (UnknownLayoutException)
        {
            // A refusal is an answer.
        }
    }
}
