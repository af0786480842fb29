using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lethe.Linux;
using Lethe.Qemu;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// The RAM of a running virtual machine of QEMU, read in place. If its memory backends are files that QEMU maps shared
/// (memory-backend-file, -memfd and -shm with share=on), these files hold the guest's memory. QEMU's monitor says which files
/// they are, and where the guest sees them.
/// </summary>
internal static class QemuMemory
{
    /// <summary>The beginning of the names of such sources. The path of a monitor's socket follows.</summary>
    public const string Prefix = "qmp:";

    private const int PageSize = 4096;
    private const string OneAtATime = "it talks to one client at a time: give QEMU a second -qmp socket for this";
    private const string HowToGetOne = "give the path of the socket of QEMU's option -qmp unix:PATH,server=on,wait=off";
    private const string Dump =
        "make a dump with the monitor's dump-guest-memory, on a tmpfs so that it leaves nothing on a disk, and search that; or start QEMU "
            + "with -object memory-backend-memfd,share=on";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private sealed record Backend(string Name, long Length, bool Shared, string? Kind, string? Path)
    {
        // The region of a backend has its name. With compatible names it has its path among QEMU's objects instead.
        public bool Is(string region) => region == Name || region == $"/objects/{Name}";

        // QEMU names the memory of backends that have no file of their own (backends/hostmem-memfd.c).
        public bool MayBe(SharedFiles.Mapped file) => file.Length == (Length + PageSize - 1) / PageSize * PageSize && Kind switch
        {
            "memory-backend-file" => Path is not null
                && (
                    file.Name == Path
                    || file.Name == $"{Path} (deleted)"
                    || file.Name.StartsWith(Path.TrimEnd('/') + "/", StringComparison.Ordinal)
                ),
            "memory-backend-memfd" => file.Name.StartsWith("/memfd:memory-backend-memfd", StringComparison.Ordinal),
            _ => true,
        };
    }

    /// <exception cref="SourceException">Nothing answers, or none of the machine's memory can be read in place.</exception>
    public static Source Open(string name)
    {
        using QmpClient monitor = Connect(name[Prefix.Length..]);
        var defects = new List<string>();
        var storage = new JoinedStorage();
        try
        {
            List<Backend> backends = Backends(monitor, defects);
            List<GuestAddressMap.Range> map = GuestAddressMap.Parse(MemoryTree(monitor));
            var shared = new SharedFiles(monitor.PeerProcess);
            var parts = new List<Part>();
            foreach (Backend backend in backends) Add(backend, shared, map, storage, parts, defects);
            if (parts.Count == 0)
                throw new SourceException(
                    $"{name}: none of the machine's memory can be read in place "
                        + $"({defects.FirstOrDefault() ?? "it has no memory backends"})",
                    Dump
                );
            return new PlainSource(name, "qmp", storage, parts, defects)
            {
                PhysicalMemory = new PlainMemory(
                    storage,
                    parts
                        .Where(part => part.Address is not null)
                        .Select(part => new MemoryStretch((long)part.Address!.Value, part.Offset, part.Length))
                ),
            };
        }
        catch (QmpException failure)
        {
            storage.Dispose();
            throw Refused(name, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            storage.Dispose();
            throw new SourceException(
                $"{name}: {failure.Message}",
                "run it as root, or as the user QEMU runs as",
                failure is LinuxException known ? known.Error
                    : failure is UnauthorizedAccessException ? Errno.EACCES
                    : 0
            );
        }
        catch (SourceException)
        {
            storage.Dispose();
            throw;
        }
    }

    private static List<Backend> Backends(QmpClient monitor, List<string> defects)
    {
        var backends = new List<Backend>();
        foreach (JsonNode? memory in Ask(monitor, "query-memdev") as JsonArray ?? [])
        {
            if (QmpClient.Text(memory, "id") is not { } name || QmpClient.Number(memory, "size") is not (> 0 and < 1L << 52 and var length))
            {
                defects.Add("a memory backend without a name or a size");
                continue;
            }

            string? kind = Property(monitor, name, "type");
            bool isShared = memory!["share"] is JsonValue value && value.TryGetValue(out bool share) && share;
            backends.Add(
                new Backend(name, length, isShared, kind, kind == "memory-backend-file" ? Property(monitor, name, "mem-path") : null)
            );
        }

        return backends;
    }

    private static QmpClient Connect(string path)
    {
        if (!File.Exists(path)) throw new SourceException($"qmp:{path}: there is no such socket", HowToGetOne);
        try
        {
            QmpClient monitor = QmpClient.Connect(path);
            try
            {
                QmpClient.Within(Patience, async cancel =>
                {
                    await monitor.Greet(cancel);
                    return true;
                });
                return monitor;
            }
            catch
            {
                monitor.Dispose();
                throw;
            }
        }
        catch (QmpException failure)
        {
            throw Refused(path, failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ArgumentException)
        {
            throw new SourceException($"qmp:{path}: {failure.Message}", HowToGetOne);
        }
    }

    private static JsonNode? Ask(QmpClient monitor, string command, JsonObject? arguments = null) =>
        QmpClient.Within(Patience, cancel => monitor.Execute(command, arguments, cancel));

    private static SourceException Refused(string name, QmpException failure) =>
        new($"{name}: {failure.Message}", failure.IsSilent ? OneAtATime : null);

    private static string? Property(QmpClient monitor, string backend, string property)
    {
        JsonNode? value = Ask(monitor, "qom-get", new JsonObject { ["path"] = $"/objects/{backend}", ["property"] = property });
        return value is JsonValue text && text.TryGetValue(out string? found) ? found : null;
    }

    // Without this tree only the guest's addresses are unknown.
    private static string MemoryTree(QmpClient monitor)
    {
        try
        {
            return
                Ask(monitor, "human-monitor-command", new JsonObject { ["command-line"] = "info mtree -f" }) is JsonValue value
                && value.TryGetValue(out string? text)
                ? text
                : "";
        }
        catch (QmpException)
        {
            return "";
        }
    }

    private static void Add(
        Backend backend,
        SharedFiles shared,
        List<GuestAddressMap.Range> map,
        JoinedStorage storage,
        List<Part> parts,
        List<string> defects
    )
    {
        string what = $"memory backend {backend.Name} ({backend.Length} bytes)";
        if (!backend.Shared)
        {
            defects.Add($"{what} is private to QEMU");
            return;
        }

        SharedFiles.Mapped[] candidates = [.. shared.Files.Where(backend.MayBe)];
        if (candidates.Length != 1)
        {
            defects.Add(
                candidates.Length == 0
                    ? $"{what} is in no file that QEMU has mapped"
                    : $"{what}: QEMU has {candidates.Length} files like it mapped"
            );
            return;
        }

        if (shared.Open(candidates[0]) is not { } file)
        {
            defects.Add($"{what}: QEMU has not kept its file open");
            return;
        }

        FileStorage bytes;
        try
        {
            bytes = new FileStorage(file);
        }
        catch (LinuxException)
        {
            file.Dispose();
            throw;
        }

        long start = storage.Add(bytes) + candidates[0].Offset;
        if (candidates[0].Offset + backend.Length > bytes.Length) defects.Add($"{what}: its file has only {bytes.Length} bytes");
        long length = Math.Min(backend.Length, bytes.Length - candidates[0].Offset);
        parts.AddRange(Parts(backend, length, map).Select(part => part with { Offset = start + part.Offset }));
    }

    // Ranges that the guest sees, with its addresses, and between them ranges that it does not see at the moment (under a video card's
    // memory, for example).
    private static IEnumerable<Part> Parts(Backend backend, long length, List<GuestAddressMap.Range> map)
    {
        long at = 0;
        foreach (GuestAddressMap.Range range in map.Where(range => backend.Is(range.Region)).OrderBy(range => range.Offset))
        {
            long from = Math.Max(at, range.Offset), to = Math.Min(length, range.Offset + range.Length);
            if (from >= to) continue;
            if (at < from) yield return new Part(at, from - at, null, backend.Name);
            yield return new Part(from, to - from, range.Address + (ulong)(from - range.Offset), backend.Name);
            at = to;
        }

        if (at < length) yield return new Part(at, length - at, null, backend.Name);
    }
}
