using System.Reflection;
using System.Runtime.InteropServices;
using Lethe.Linux;
using SQLitePCL;

namespace Lethe.Cli.Certificates;

/// <summary>
/// SQLite, out of lethe's own file. A single-file program would unpack it to disk at every first start; here it is
/// loaded from a memory file, and only when a ledger is opened.
/// </summary>
internal static class SqliteLibrary
{
    private const string Name = "e_sqlite3", Resource = "libe_sqlite3.so", OfTheSystem = "libsqlite3.so.0";

    // .NET asks once for every function; two copies of the library would not know of each other's state.
    private static readonly Lazy<nint> Loaded = new(Load);

    private static int registered;

    /// <summary>Lets .NET find it, once; nothing is loaded yet.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref registered, 1) != 0) return;
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == Name ? Loaded.Value : 0);
    }

    private static nint Load()
    {
        using Stream library = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        // Where memory files must not be run, the system may have SQLite itself.
        return MemoryLibrary.TryLoad(Resource, library, out nint loaded) ? loaded : NativeLibrary.Load(OfTheSystem);
    }
}
