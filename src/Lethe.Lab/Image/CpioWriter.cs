using System.Text;

namespace Lethe.Lab.Image;

/// <summary>
/// Writes an initial RAM file system: a cpio archive in the "newc" form (Documentation/driver-api/early-userspace/buffer-format.rst).
/// </summary>
internal sealed class CpioWriter(Stream stream) : IDisposable
{
    private const uint DirectoryMode = 0x4000 | 0x1ed, FileMode = 0x8000 | 0x1ed, LinkMode = 0xa000 | 0x1ff;
    private readonly HashSet<string> directories = [];
    private long position;
    private int inode;

    /// <summary>Adds an executable file, and the directories above it.</summary>
    /// <param name="path">Full path in the guest.</param>
    /// <param name="content">Its bytes.</param>
    public void File(string path, ReadOnlySpan<byte> content)
    {
        Parents(path);
        Entry(path, FileMode, content);
    }

    /// <summary>Adds a symbolic link.</summary>
    public void Link(string path, string target)
    {
        Parents(path);
        Entry(path, LinkMode, Encoding.UTF8.GetBytes(target));
    }

    /// <summary>Adds a directory, and those above it.</summary>
    public void Directory(string path)
    {
        Parents(path);
        if (directories.Add(path)) Entry(path, DirectoryMode, []);
    }

    /// <summary>Writes the end mark.</summary>
    public void Dispose() => Entry("/TRAILER!!!", 0, []);

    private void Parents(string path)
    {
        string parent = Path.GetDirectoryName(path)!;
        if (parent.Length > 1) Directory(parent);
    }

    private void Entry(string path, uint mode, ReadOnlySpan<byte> content)
    {
        if (!path.StartsWith('/')) throw new ArgumentException($"{path} is not a full path", nameof(path));
        byte[] name = Encoding.UTF8.GetBytes(path[1..] + "\0");
        // magic, inode, mode, owner, group, links, time, size, device (2), special device (2), name size, checksum.
        uint[] fields = [(uint)++inode, mode, 0, 0, 1, 0, (uint)content.Length, 0, 0, 0, 0, (uint)name.Length, 0];
        Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(field => field.ToString("X8")))));
        Write(name);
        Pad();
        Write(content);
        Pad();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        position += bytes.Length;
    }

    private void Pad()
    {
        ReadOnlySpan<byte> zeros = [0, 0, 0];
        Write(zeros[..(int)(-position & 3)]);
    }
}
