using System.Buffers.Binary;
using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Lab;

/// <summary>Dumps of a real guest by the programs people use, each scanned as a user would, against the guest's memory itself.</summary>
public sealed class DumpTests(DumpedMachine machine) : IClassFixture<DumpedMachine>
{
    [Fact]
    public async Task Every_dump_that_qemu_makes_gives_the_same_places_and_pages_as_the_memory()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        IReadOnlyList<string> forms = await machine.Machine.DumpForms(cancel);
        // LZO, Snappy and kdump-raw-* depend on how QEMU was built and its version; Debian 12's has none of them.
        Assert.Superset(new HashSet<string> { "elf", "kdump-zlib" }, forms.ToHashSet());
        // win-dmp is for guests of another kind.
        IEnumerable<(string Form, bool Paging)> dumps = forms
            .Where(form => form != "win-dmp")
            .Select(form => (form, false))
            .Append(("elf", true));
        foreach ((string form, bool paging) in dumps)
        {
            string dump = machine.PathOf($"qemu-{form}");
            await machine.Machine.Dump(dump, form, paging, cancel);
            AssertSame(dump, form.StartsWith("kdump", StringComparison.Ordinal) ? "kdump" : "elf-core");
            File.Delete(dump);
        }
    }

    [Fact]
    public async Task Every_dump_that_makedumpfile_makes_gives_the_same_places_and_pages_as_the_memory()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string whole = machine.PathOf("whole"), dump = machine.PathOf("made");
        await machine.Machine.Dump(whole, "elf", paging: false, cancel);
        MoveProgramHeaders(whole);
        // Snappy and Zstandard depend on how makedumpfile was built: without them it stores pages as they are.
        string[] ways = ["", "-c", "-l", "-p", "-z"];
        foreach (string way in ways.Append("-E"))
        {
            Make($"{way} -d 0", whole, dump);
            AssertSame(dump, way == "-E" ? "elf-core" : "kdump");
        }

        foreach (string way in new[] { "-l", "-E" })
        {
            Make($"{way} -d 31", whole, dump);
            AssertFiltered(dump, isKdump: way != "-E");
        }

        foreach (string way in new[] { "-c", "-E" })
        {
            Command.Run("/bin/sh", "-c", $"makedumpfile -F {way} -d 1 {whole} >{dump} 2>{dump}.log || {{ cat {dump}.log >&2; exit 1; }}");
            AssertSame(dump, way == "-E" ? "elf-core" : "kdump");
            File.Delete(dump);
        }

        File.Delete(whole);
    }

    private static void Make(string options, string from, string to)
    {
        File.Delete(to);
        Command.Run("/bin/sh", "-c", $"makedumpfile {options} {from} {to} >{to}.log 2>&1 || {{ cat {to}.log >&2; exit 1; }}");
    }

    /// <summary>
    /// makedumpfile takes it that the program headers follow the ELF header; since QEMU 7.2 there are section headers between.
    /// </summary>
    private static void MoveProgramHeaders(string core)
    {
        const int HeaderSize = 64,
            ProgramHeaderSize = 56,
            PlaceOffset = 32,
            SectionsPlaceOffset = 40,
            CountOffset = 56,
            SectionCountOffset = 60;
        using FileStream file = File.Open(core, FileMode.Open);
        byte[] header = new byte[HeaderSize];
        file.ReadExactly(header);
        byte[] programHeaders = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(CountOffset)) * ProgramHeaderSize];
        file.Position = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(PlaceOffset));
        file.ReadExactly(programHeaders);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(PlaceOffset), HeaderSize);
        header.AsSpan(SectionsPlaceOffset, sizeof(long)).Clear();
        header.AsSpan(SectionCountOffset, sizeof(int)).Clear();
        file.Position = 0;
        file.Write(header);
        file.Write(programHeaders);
    }

    private void AssertSame(string dump, string form)
    {
        using Source source = SourceOpener.Open(dump);
        Assert.Equal(form, source.Form);
        Assert.Empty(source.Defects);
        foreach ((Canary, long) planted in new[] { machine.OfProcess, machine.OfKernel })
        {
            IReadOnlyList<(long, long, long)> places = DumpedMachine.PlacesIn(source, planted, out ScanResult result);
            Assert.Empty(result.Unread);
            Assert.Equal(machine.PlacesOf(planted), places);
        }

        machine.AssertSamePages(source);
    }

    /// <summary>What such a dump keeps is found, and a scan of one that tells does not say that it saw all.</summary>
    /// <remarks>
    /// An ELF core of makedumpfile leaves out no fewer than 256 adjacent pages (its PFN_EXCLUDED), so it keeps some of the others too.
    /// </remarks>
    private void AssertFiltered(string dump, bool isKdump)
    {
        using Source source = SourceOpener.Open(dump);
        foreach ((Canary, long) planted in new[] { machine.OfProcess, machine.OfKernel })
        {
            IReadOnlyList<(long, long, long)> places = DumpedMachine.PlacesIn(source, planted, out ScanResult result);
            (long, long, long)[] found = [.. places.SelectMany(DumpedMachine.ByPage)], kept = [.. machine.Kept(machine.PlacesOf(planted))];
            if (isKdump)
            {
                Assert.Equal(kept, found);
                Assert.Contains("left pages out", Assert.Single(result.Unread).Why, StringComparison.Ordinal);
            }
            else
            {
                Assert.Empty(kept.Except(found));
                Assert.Empty(found.Except(machine.PlacesOf(planted).SelectMany(DumpedMachine.ByPage)));
            }
        }

        Assert.True(machine.Kept(machine.PlacesOf(machine.OfKernel)).Sum(place => place.Bytes) >= machine.OfKernel.Bytes / 2);
    }
}
