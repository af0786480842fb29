using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>A file that is filled with the canary through a shared mapping, so that no other buffer holds it.</summary>
internal static class PlantedFile
{
    /// <summary>Creates or truncates the file and fills it.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="planting">What to plant.</param>
    /// <param name="synchronise">Whether to wait until it is on its device.</param>
    /// <returns>Bytes planted.</returns>
    public static long Create(string path, Planting planting, bool synchronise)
    {
        using Descriptor file = Descriptor.Open(path, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_TRUNC);
        long planted = Fill(file, planting);
        if (synchronise) file.Synchronise();
        return planted;
    }

    /// <summary>Fills an open file, which gets the length of what is planted.</summary>
    public static long Fill(Descriptor file, Planting planting)
    {
        file.SetLength(planting.Bytes);
        using MemoryRange mapping = MemoryRange.OfFile(file, planting.Bytes, writable: true);
        return planting.Fill(mapping);
    }

    /// <summary>Overwrites a file with zeros in place, and waits until they are on its device.</summary>
    public static void Overwrite(string path)
    {
        using Descriptor file = Descriptor.Open(path, FileCalls.O_RDWR);
        byte[] zeros = new byte[1 << 20];
        for (long left = new FileInfo(path).Length; left > 0; left -= zeros.Length)
            file.WriteAll(zeros.AsSpan(0, (int)Math.Min(left, zeros.Length)));
        file.Synchronise();
    }
}
