using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lethe.Bench.ScanSpeed;

/// <summary>Debian's libhyperscan (apt-get install libhyperscan-dev), called through a driver that the bench compiles.</summary>
internal sealed unsafe class Hyperscan
{
    private const string Driver = """
        #include <hs/hs.h>
        #include <stdint.h>
        #include <stdlib.h>
        static hs_database_t *database; static hs_scratch_t *scratch;
        static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
            ++*(long *)context;
            return 0;
        }
        int prepare(const char *const *needles, const size_t *lengths, unsigned count) {
            unsigned *flags = calloc(count, sizeof *flags), *ids = calloc(count, sizeof *ids); hs_compile_error_t *error;
            if (database) hs_free_database(database);
            for (unsigned i = 0; i < count; i++) ids[i] = i;
            int failed = hs_compile_lit_multi(needles, flags, ids, lengths, count, HS_MODE_BLOCK, NULL, &database, &error);
            free(flags); free(ids);
            return failed ? failed : hs_alloc_scratch(database, &scratch);
        }
        long search(const char *bytes, unsigned length) {
            long found = 0;
            hs_scan(database, bytes, length, 0, scratch, count, &found);
            return found;
        }
        """;

    private readonly delegate* unmanaged<byte**, nuint*, uint, int> prepare;
    private readonly delegate* unmanaged<byte*, uint, long> search;

    private Hyperscan(nint library)
    {
        prepare = (delegate* unmanaged<byte**, nuint*, uint, int>)NativeLibrary.GetExport(library, "prepare");
        search = (delegate* unmanaged<byte*, uint, long>)NativeLibrary.GetExport(library, "search");
    }

    /// <returns>Null when there is no compiler or no Hyperscan here.</returns>
    public static Hyperscan? Load()
    {
        string directory = Directory.CreateTempSubdirectory("lethe-bench-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "driver.c"), Driver);
            string library = Path.Combine(directory, "driver.so");
            using var compiler = Process.Start(
                new ProcessStartInfo("cc", ["-O2", "-shared", "-fPIC", "-o", library, Path.Combine(directory, "driver.c"), "-lhs"])
            );
            compiler!.WaitForExit();
            return compiler.ExitCode == 0 ? new Hyperscan(NativeLibrary.Load(library)) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public void Prepare(byte[][] needles)
    {
        // SAFETY: the driver reads the pointers and bytes only during the call.
        GCHandle[] pins = [.. needles.Select(needle => GCHandle.Alloc(needle, GCHandleType.Pinned))];
        nint[] starts = [.. pins.Select(pin => pin.AddrOfPinnedObject())];
        nuint[] lengths = [.. needles.Select(needle => (nuint)needle.Length)];
        int failed;
        fixed (nint* first = starts)
        fixed (nuint* sizes = lengths)
            failed = prepare((byte**)first, sizes, (uint)needles.Length);
        foreach (GCHandle pin in pins) pin.Free();
        if (failed != 0) throw new InvalidOperationException($"Hyperscan refuses: {failed}");
    }

    public long Search(Image image)
    {
        const int Block = 1 << 30;
        long found = 0;
        for (long at = 0; at < image.Length; at += Block) found += search(image.Start + at, (uint)Math.Min(Block, image.Length - at));
        return found;
    }
}
