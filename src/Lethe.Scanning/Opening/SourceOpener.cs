using Lethe.Linux;
using Lethe.Scanning.Sources;
using Lethe.Scanning.Sources.Formats;
using Lethe.Scanning.Sources.Live;
using Lethe.Scanning.Sources.Storage;
using Lethe.Scanning.Sources.Trees;

namespace Lethe.Scanning.Opening;

/// <summary>Opens the source that a user named, and recognises it by its content.</summary>
public static class SourceOpener
{
    /// <summary>The first page is enough to recognise everything.</summary>
    private const int HeadLength = 4096;

    /// <summary>
    /// Opens a file, device, directory or pipe. <c>-</c> is standard input; <c>raw:PATH</c> means the bytes of a file as they are stored.
    /// Live sources are named by their kind: <c>pid:N</c>, <c>cgroup:PATH</c>, <c>kcore:</c>, <c>qmp:SOCKET</c>, <c>pmem:</c>.
    /// </summary>
    /// <exception cref="SourceException">The source cannot be opened, or is so damaged that nothing in it can be found.</exception>
    public static Source Open(string name)
    {
        if (OpenLive(name) is { } living) return living;
        bool raw = name.StartsWith(PlainBytes.Prefix, StringComparison.Ordinal);
        string path = raw ? name[PlainBytes.Prefix.Length..] : name;
        Descriptor? file = null;
        try
        {
            file = path == "-" ? Descriptor.DuplicateOf(0) : Descriptor.Open(path, FileCalls.O_RDONLY | FileCalls.O_NOCTTY);
            Source source = Open(name, path, file, raw);
            file = null;
            return source;
        }
        catch (LinuxException failure)
        {
            throw new SourceException(failure.Message, Hint(failure.Error), failure.Error);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>
    /// Whether a name means the memory of this machine. A scan of it allocates memory that may hold what it searches for.
    /// </summary>
    public static bool IsThisMachinesMemory(string name) => name.StartsWith(KernelCore.Prefix, StringComparison.Ordinal);

    private static Source? OpenLive(string name)
    {
        if (name.StartsWith(ProcessSource.Prefix, StringComparison.Ordinal)) return ProcessSource.OpenProcess(name);
        if (name.StartsWith(ProcessSource.GroupPrefix, StringComparison.Ordinal)) return ProcessSource.OpenGroup(name);
        if (name.StartsWith(KernelCore.Prefix, StringComparison.Ordinal)) return KernelCore.Open(name);
        if (name.StartsWith(QemuMemory.Prefix, StringComparison.Ordinal)) return QemuMemory.Open(name);
        return name.StartsWith(PersistentMemory.Prefix, StringComparison.Ordinal) ? PersistentMemory.Open(name) : null;
    }

    /// <summary>Recognises an image and opens it. The source then owns the storage. On failure the storage is disposed of.</summary>
    /// <param name="name">The name of the source.</param>
    /// <param name="storage">Its bytes.</param>
    /// <exception cref="SourceException">The image is so damaged that nothing in it can be found.</exception>
    public static Source Recognise(string name, IStorage storage)
    {
        try
        {
            byte[] head = new byte[HeadLength];
            int length = 0;
            // What cannot be read cannot be recognised. The search reports the error when it reads there again.
            while (length < head.Length && storage.Read(length, head.AsSpan(length), out _) is > 0 and int got) length += got;
            return Recognise(name, storage, head.AsSpan(0, length));
        }
        catch (SourceException)
        {
            storage.Dispose();
            throw;
        }
    }

    private static Source Open(string name, string path, Descriptor file, bool raw)
    {
        FileStatus status = FileStatus.Of(file);
        if (status.IsDirectory)
        {
            file.Dispose();
            return new DirectorySource(path);
        }

        if (status.IsRegular || status.IsBlockDevice)
        {
            var storage = new FileStorage(file);
            return raw ? RawImage.Open(name, storage) : Recognise(name, storage);
        }

        if (status.IsCharacterDevice && path != "-")
            throw new SourceException(
                $"{path}: a character device has no contents to search",
                "give a file, a block device or a directory"
            );
        return OpenStream(name, new ForwardStream(new DescriptorBytes(file)), raw);
    }

    /// <summary>Recognises the content of a pipe.</summary>
    /// <exception cref="SourceException">It is an image that can be read only with random access.</exception>
    internal static Source OpenStream(string name, ForwardStream stream, bool raw)
    {
        ReadOnlySpan<byte> head = stream.Peek(HeadLength);
        if (!raw && FormWithRandomAccess(head) is { } form)
        {
            stream.Dispose();
            throw new SourceException($"{name}: {form} cannot be searched from a pipe", "write it to a file first");
        }

        return new StreamSource(name, stream, isArchive: !raw && TarHeader.Recognises(head));
    }

    // Images that store bytes as they are can be searched as a stream. In others the stored bytes hide the content.
    private static string? FormWithRandomAccess(ReadOnlySpan<byte> head)
    {
        if (FlattenedStorage.Recognises(head)) return "a flattened dump";
        if (KdumpHeader.Recognises(head)) return "a kdump-compressed dump";
        if (QcowHeader.Recognises(head)) return "a qcow2 image";
        if (HibernationHeader.Recognises(head)) return "a hibernation image";
        return MemoryRangeHeader.Read(head) is { Compressed: true } ? "an AVML image" : null;
    }

    private static Source Recognise(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        if (FlattenedStorage.Recognises(head) && storage is not FlattenedStorage)
            return Recognise(name, new FlattenedStorage(name, storage));
        if (KdumpHeader.Recognises(head)) return KdumpImage.Open(name, storage, head);
        if (ElfCore.Recognises(head)) return ElfCore.Open(name, storage, head);
        if (MemoryRangeHeader.Read(head) is { } range)
            return range.Compressed ? AvmlImage.Open(name, storage) : LimeImage.Open(name, storage);
        if (QcowHeader.Recognises(head)) return QcowImage.Open(name, storage, head);
        if (HibernationHeader.Recognises(head)) return HibernationSource.Open(name, storage, head);
        if (SwapAreaSource.Recognises(head)) return SwapAreaSource.Open(name, storage, head);
        if (TarHeader.Recognises(head)) return new TarSource(name, storage);
        return RawImage.Open(name, storage);
    }

    private static string? Hint(int error) =>
        error is Errno.EACCES or Errno.EPERM ? "run it as root, or give yourself the right to read it" : null;
}
