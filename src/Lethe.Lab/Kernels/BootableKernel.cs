using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Lethe.Evidence;

namespace Lethe.Lab.Kernels;

/// <summary>A kernel that the laboratory can boot.</summary>
/// <param name="Image">Path of the compressed kernel.</param>
/// <param name="Modules">Path of its module directory, with <c>modules.dep</c>.</param>
/// <param name="Release">Its release.</param>
internal sealed partial record BootableKernel(string Image, string Modules, string Release)
{
    /// <summary>Where its configuration lies, if it is there: beside it, under the name that distributions give it.</summary>
    public string Configuration => Path.Combine(Path.GetDirectoryName(Image)!, $"config-{Release}");

    /// <summary>Takes a user's own kernel.</summary>
    /// <param name="image">A bzImage.</param>
    /// <param name="modules">Its <c>lib/modules/RELEASE</c> directory.</param>
    /// <exception cref="LabException">One of them is not what it should be.</exception>
    public static BootableKernel Own(string image, string modules)
    {
        string release = ReleaseOf(image);
        if (!File.Exists(Path.Combine(modules, "modules.dep")))
        {
            throw new LabException(
                $"{Printable.Of(modules)} holds no modules.dep",
                $"give the kernel's lib/modules/{Printable.Of(release)} directory, and run depmod on it first",
                ExitCode.Usage
            );
        }

        return new BootableKernel(Path.GetFullPath(image), Path.GetFullPath(modules), release);
    }

    /// <summary>Reads the release out of a bzImage (Documentation/arch/x86/boot.rst: header at 0x1f1, version text).</summary>
    /// <exception cref="LabException">The file is no x86 kernel.</exception>
    public static string ReleaseOf(string image)
    {
        byte[] start = new byte[0x8000];
        int length;
        try
        {
            using FileStream stream = File.OpenRead(image);
            length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LabException(
                $"cannot read kernel {Printable.Of(image)}: {Printable.Of(failure.Message)}",
                "give the path of a bzImage (vmlinuz)",
                ExitCode.Usage
            );
        }

        ReadOnlySpan<byte> header = start.AsSpan(0, length);
        if (length < 0x210 || !header.Slice(0x202, 4).SequenceEqual("HdrS"u8))
            throw new LabException(
                $"{Printable.Of(image)} is not a Linux kernel for x86",
                "give a bzImage (vmlinuz), not vmlinux and not a package",
                ExitCode.Usage
            );
        int version = BinaryPrimitives.ReadUInt16LittleEndian(header[0x20e..]) + 0x200;
        if (version == 0x200 || version >= length)
            throw new LabException($"{Printable.Of(image)} does not say its version", "give a complete bzImage (vmlinuz)", ExitCode.Usage);
        ReadOnlySpan<byte> text = header[version..];
        int end = text.IndexOfAny((byte)' ', (byte)0);
        string release = Encoding.ASCII.GetString(text[..Math.Clamp(end, 0, 128)]);
        // It becomes the name of a directory and an argument.
        return ReleaseForm().IsMatch(release)
            ? release
            : throw new LabException(
                $"{Printable.Of(image)} gives itself the release '{Printable.Of(release)}'",
                "give a bzImage (vmlinuz) with an ordinary release",
                ExitCode.Usage
            );
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._+~-]*$")]
    private static partial Regex ReleaseForm();
}
