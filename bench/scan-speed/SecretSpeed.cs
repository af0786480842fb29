using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;

namespace Lethe.Bench.ScanSpeed;

/// <summary>Keys and tokens in mapped memory, alone and everything at once.</summary>
internal static class SecretSpeed
{
    public static void Measure(Image image, Measurement measurement)
    {
        (byte[][] needles, _) = image.Plant(256, seed: 256);
        int schedules = image.PlantSchedules();
        Measurement.Heading($"Secrets, mapped memory, scan with 1 job ({schedules} AES schedules planted, a quarter of them not aligned to 4 bytes)", "reading the same bytes");
        Row("AES, 4-byte alignment", new AesSchedules());
        Row("AES, any alignment", new AesSchedules(alignment: 1));
        Row("primes of RSA keys", new RsaPrimes());
        Row("private keys and tokens", new AnchoredSecrets());
        Row("everything: 256 canaries, AES at 4 bytes, primes, keys and tokens", new AnchoredSecrets(), Needles.Detector(needles), new AesSchedules(), new RsaPrimes());

        void Row(string what, params IDetector[] detectors)
        {
            var scanner = new Scanner(detectors, new ScanOptions { Jobs = 1 });
            measurement.Row(what, image.Length, () => Reading.Sum(image), () => $"{scanner.Scan(new ImageSource(image)).Matches}");
        }
    }
}
