using Lethe.Scanning.Sources;

namespace Lethe.Bench.ScanSpeed;

/// <summary>The image as a source, read in place.</summary>
internal sealed class ImageSource(Image image) : Source
{
    public override string Name => "image";

    public override string Form => "raw";

    public override long? TotalBytes => image.Length;

    public override IEnumerable<Part> Parts() => [new Part(0, image.Length, 0)];

    public override IPartReader Open(Part part, long from) => new Reader(image, from);

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Reader(Image image, long at) : IPartReader
    {
        public bool Next(out Stretch stretch)
        {
            int length = (int)Math.Min(1 << 20, image.Length - at);
            stretch = new Stretch { At = at, Bytes = image.Bytes(at, length) };
            at += length;
            return length > 0;
        }

        public void Dispose()
        {
        }
    }
}
