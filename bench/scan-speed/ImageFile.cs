namespace Lethe.Bench.ScanSpeed;

/// <summary>The image as a file in memory, for as long as this lives.</summary>
internal sealed class ImageFile : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateDirectory($"/dev/shm/lethe-bench-{Environment.ProcessId}");

    /// <param name="image">What to write.</param>
    public ImageFile(Image image)
    {
        using FileStream file = File.Create(Path);
        for (long at = 0; at < image.Length; at += 1 << 20) file.Write(image.Bytes(at, (int)Math.Min(1 << 20, image.Length - at)));
    }

    /// <param name="bytes">What to write.</param>
    public ImageFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path => System.IO.Path.Combine(directory.FullName, "image");

    public void Dispose() => directory.Delete(recursive: true);
}
