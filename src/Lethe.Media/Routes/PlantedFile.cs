using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>A file that is filled with the canary through a shared mapping, so that no buffer holds it besides.</summary>
internal static class PlantedFile
{
    /// <summary>Makes the file and fills it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="planting">What.</param>
    /// <param name="synchronise">Whether to wait until it is on its device.</param>
    /// <returns>Bytes planted.</returns>
    public static long Create(string path, Planting planting, bool synchronise)
    {
        using Descriptor file = Descriptor.Open(path, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_TRUNC);
        long planted = Fill(file, planting);
        if (synchronise) file.Synchronise();
        return planted;
    }

    /// <summary>Fills an open file.</summary>
    public static long Fill(Descriptor file, Planting planting)
    {
        file.SetLength(planting.Bytes);
        using MemoryRange mapping = MemoryRange.OfFile(file, planting.Bytes, writable: true);
        return planting.Fill(mapping);
    }

    /// <summary>Overwrites a file in place with zeros and waits until they are on its device.</summary>
    public static void Overwrite(string path)
    {
        using Descriptor file = Descriptor.Open(path, FileCalls.O_RDWR);
        byte[] zeros = new byte[1 << 20];
        for (long left = new FileInfo(path).Length; left > 0; left -= zeros.Length)
            file.WriteAll(zeros.AsSpan(0, (int)Math.Min(left, zeros.Length)));
        file.Synchronise();
    }
}
