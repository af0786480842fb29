using System.Collections.Concurrent;
using System.Text;
using Lethe.Linux;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Trees;

/// <summary>
/// A directory. Each regular file below it is a part. Links are not followed; devices, pipes and sockets are skipped.
/// </summary>
internal sealed class DirectorySource(string root) : Source
{
    private const int OpenFlags = FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;

    // The bytes of paths that are not UTF-8, by the names that are displayed.
    private readonly ConcurrentDictionary<string, byte[]> paths = [];
    private readonly ConcurrentDictionary<string, string> unreadable = [];

    /// <inheritdoc/>
    public override string Name => root;

    /// <inheritdoc/>
    public override string Form => "directory";

    /// <inheritdoc/>
    public override long? TotalBytes => null;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() => Walk(Terminated(Encoding.UTF8.GetBytes(root)));

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from)
    {
        if (unreadable.TryGetValue(part.Name!, out string? why)) return new MissingReader(part.Length, why);
        try
        {
            byte[] path = paths.GetValueOrDefault(part.Name!) ?? Terminated(Encoding.UTF8.GetBytes(part.Name!));
            var storage = new FileStorage(NativePath.Open(path, OpenFlags));
            return new FileReader(storage, part.Length, from);
        }
        catch (LinuxException failure)
        {
            return new MissingReader(part.Length - from, failure.Message, from);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Nothing is kept open between parts.
    }

    /// <summary>Walks the tree with one directory open at a time. Directories still to be walked are kept as paths.</summary>
    private IEnumerable<Part> Walk(byte[] top)
    {
        var pending = new Stack<byte[]>([top]);
        while (pending.TryPop(out byte[]? path))
        {
            Descriptor? directory = OpenDirectory(path, top, out string? problem);
            if (directory is null)
            {
                if (problem is not null) yield return Unreadable(path, problem);
                continue;
            }

            using (directory)
            {
                while (Next(directory, out problem) is { Count: > 0 } entries)
                {
                    foreach ((byte[] name, DirectoryEntries.Kind kind) in entries)
                    {
                        byte[] child = Join(path, name);
                        if (kind is DirectoryEntries.Kind.Directory) pending.Push(child);
                        else if (kind is DirectoryEntries.Kind.Regular or DirectoryEntries.Kind.Unknown && File(child, pending) is { } part)
                            yield return part;
                    }
                }

                if (problem is not null) yield return Unreadable(path, problem);
            }
        }
    }

    private static List<(byte[] Name, DirectoryEntries.Kind Kind)>? Next(Descriptor directory, out string? problem)
    {
        problem = null;
        try
        {
            return DirectoryEntries.Next(directory);
        }
        catch (LinuxException failure)
        {
            problem = failure.Message;
            return null;
        }
    }

    private static Descriptor? OpenDirectory(byte[] path, byte[] top, out string? problem)
    {
        problem = null;
        try
        {
            // The directory that the user named may be a link.
            return NativePath.Open(
                path,
                ReferenceEquals(path, top) ? FileCalls.O_RDONLY | FileCalls.O_DIRECTORY : OpenFlags | FileCalls.O_DIRECTORY
            );
        }
        catch (LinuxException failure)
        {
            // A directory that was deleted meanwhile is not missing.
            if (failure.Error != Errno.ENOENT) problem = failure.Message;
            return null;
        }
    }

    private Part? File(byte[] path, Stack<byte[]> pending)
    {
        try
        {
            using Descriptor file = NativePath.Open(path, OpenFlags);
            FileStatus status = FileStatus.Of(file);
            if (status.IsDirectory) pending.Push(path);
            return status is { IsRegular: true, Length: > 0 } ? new Part(0, status.Length, Name: NameOf(path)) : null;
        }
        catch (LinuxException failure)
        {
            return failure.Error == Errno.ENOENT ? null : Unreadable(path, failure.Message);
        }
    }

    private Part Unreadable(byte[] path, string why)
    {
        string name = NameOf(path);
        unreadable[name] = why;
        return new Part(0, 0, Name: name);
    }

    private string NameOf(byte[] path)
    {
        ReadOnlySpan<byte> bytes = path.AsSpan(0, path.Length - 1);
        string name = Encoding.UTF8.GetString(bytes);
        if (Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(bytes)) return name;
        // Two such names may look the same. The second one gets a mark.
        while (!paths.TryAdd(name, path)) name += '\ufffd';
        return name;
    }

    private static byte[] Join(byte[] directory, byte[] name)
    {
        ReadOnlySpan<byte> start = directory.AsSpan(0, directory.Length - 1);
        return start.EndsWith("/"u8) ? [.. start, .. name, 0] : [.. start, (byte)'/', .. name, 0];
    }

    private static byte[] Terminated(byte[] path) => [.. path, 0];

    /// <summary>Reads a file and closes it.</summary>
    private sealed class FileReader(IStorage storage, long length, long from) : IPartReader
    {
        private readonly PlainReader reader = new(storage, 0, length, from);

        public bool Next(out Stretch stretch) => reader.Next(out stretch);

        public void Dispose()
        {
            reader.Dispose();
            storage.Dispose();
        }
    }
}
