//! Common family names as data, the commonest first, and the parts that rare ones are made of.
//!
//! As with given names, choice and order are ours and follow no published table.

pub(super) const BRITISH: &[&str] = &[
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright", "Thompson",
    "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Harris", "Clark", "Hughes",
    "Lewis", "Turner", "Hill", "Cooper", "Ward", "Edwards", "Moore", "Baker", "Morris", "Harrison", "King", "Martin",
    "Morgan", "Davis", "Scott", "Watson", "Parker", "Allen", "James", "Bennett", "Young", "Griffiths", "Phillips",
    "Richardson", "Lee", "Cook", "Mitchell", "Shaw", "Carter", "Bailey", "Anderson", "Price", "Marshall", "Cox",
    "Miller", "Collins", "Adams", "Simpson", "Bell", "Richards", "Wilkinson", "Murphy", "Gray", "Chapman", "Mills",
    "Ellis", "Webb", "Stevens", "Rogers", "Palmer", "Hunt", "Holmes", "Powell", "Matthews", "Foster", "Barnes",
    "Knight", "Lloyd", "Thomas", "Pearson", "Butler", "Graham", "Barker", "Russell", "Reynolds", "Dixon", "Harvey",
    "Fisher", "Mason", "Howard", "Stone", "Saunders", "Fletcher", "Campbell", "Walsh", "Fox", "Grant", "Rose",
    "Brooks", "Gibson", "Jenkins", "Elliott", "Armstrong", "Hart", "Bird", "Andrews", "Johnston", "Hudson", "Stewart",
    "Burton", "Payne", "Day", "Carr", "Spencer", "Perry", "Cole", "Newman", "Owen", "Hopkins", "Lawrence", "Kelly",
    "Porter", "Wells", "Atkinson", "Pearce", "Gill", "Woods", "Reid", "Watts", "Booth", "Marsh", "Lane", "Hamilton",
    "Harper", "Rowe", "Page", "Ford", "Murray", "Lawson", "Kennedy", "Riley", "Gardner", "Nicholson", "Freeman",
    "Duncan", "Stephens", "Francis", "Bates", "Hawkins", "Burns", "Oliver", "Tucker", "Sutton", "Parsons", "Slater",
    "Barrett", "Bradley", "Webster", "Cunningham", "Henderson", "Dunn", "Robertson", "West", "Warren", "Hayes",
    "Peters", "Long", "Hewitt", "Burgess", "Berry", "Bishop", "Goodwin", "Coleman", "Read", "Jordan", "Little", "Ryan",
    "Nelson", "Dawson", "Holland", "Bryant", "Morrison", "Curtis", "Frost", "Field", "Bolton", "Greenwood", "Hartley",
    "Sharp", "Reeves", "Barber", "May", "Nash", "Cross", "Dean", "Hodgson", "Gilbert", "Yates", "Byrne", "Haynes",
    "Rice", "Wheeler", "Osborne", "Sanders", "Walters", "Wallace", "Hancock", "Wade", "Gregory", "Holt", "Perkins",
    "Potter", "George", "Simmons", "Weston", "Doyle", "Lambert", "Austin", "Cooke", "Winter", "Lowe", "Howe", "Norman",
    "Bond", "Fuller", "Sykes", "Norris", "Steele", "Parry", "Rhodes", "Chambers", "Benson", "Moss", "Skinner",
    "Harding", "Flynn", "Bull", "Alexander", "Boyd", "Abbott", "Lamb", "Burke", "Wall", "Sims", "Ball", "Todd",
    "Barton", "Lynch", "Davidson", "Bowen", "Short", "Preston", "Miles", "Hobbs", "Vincent", "Moran", "Crawford",
    "Barlow", "Pope", "Nicholls", "Henry", "Leach", "Garner", "Power", "Ingram", "Griffin", "Naylor", "Bartlett",
    "Myers", "Clements", "Woodward", "Hicks", "Conway", "Baldwin", "Bush", "Poole", "Kent", "Ashton", "Daniels",
    "Townsend", "Savage", "Franklin", "Nolan", "Chadwick", "Doherty", "Stokes", "Singleton", "Hyde", "Manning",
    "Hammond", "Lucas", "Jennings", "Sheppard", "Wyatt", "French", "Pritchard", "Blackburn", "Gibbons", "Barnett",
    "Hargreaves", "Watkins", "Cartwright", "Thornton", "Farrell", "Whitehead", "Birch", "Gordon", "Glover", "Rees",
    "Hurst", "Fraser", "Gough", "Kirk", "Hooper", "Ferguson", "Bowles", "Parkinson", "Horton", "Joyce", "Crossley",
    "Gallagher", "Howell", "Stanley", "Burrows", "Moody", "Bray", "Summers", "Carroll", "Wheatley", "Stevenson",
    "Houghton", "Talbot", "Lyons", "Metcalfe", "Bentley", "Gould", "Hull", "Boyle", "Kay", "Stephenson", "Whittaker",
    "Fowler", "Archer", "Sutherland", "Coates", "Chandler", "Blake", "Middleton", "Rowley", "Connor", "Tyler",
    "Weaver", "Charlton", "Bruce", "Bradshaw", "Swift", "Gardiner", "Haigh", "Godfrey", "Love", "Shepherd", "Sinclair",
    "Rowland", "Waters", "Fry", "Goddard", "Pratt", "Vaughan", "Fleming", "Hodges", "Cameron", "Crowther", "Dale",
    "Bourne", "Bowman", "Whitehouse", "Steel", "Drake", "Randall", "Finch", "Heath", "Sweeney", "Mann", "Holden",
    "Wilkins", "Kemp", "Briggs", "Peacock", "Akers", "Maxwell", "Cullen", "Nicholas", "Brookes", "Tait", "Farmer",
    "Ashworth", "Emery", "Kerr", "Waller", "Hobson", "Kirby", "Horne", "Schofield", "Cannon", "Barry", "Law", "Hardy",
    "Salmon", "Foley", "Sharpe", "Lord", "English", "Clayton", "Cowan", "Tomlinson", "Bayliss", "Ross", "Whitfield",
    "Allan", "Prince", "Wilcox", "Dobson", "Hilton", "Vickers", "Mellor", "Storey", "Humphreys", "Ridley", "Rudd",
    "Heaton", "Jarvis", "Connolly", "Hale", "Waite", "Turnbull", "Sutcliffe", "Bateman", "Chamberlain", "Lowther",
    "Mercer", "Larkin", "Tuck", "Dyer", "Pugh", "Goodman", "Cowley", "Bevan", "Allison", "Tanner", "Kaye", "Ramsey",
    "Millar", "Bass", "Mackay", "Barron", "Wills", "Hulme", "Dickinson", "Rowlands", "Ryder", "Patterson", "Foy",
    "Whiting", "Sparks", "Potts", "Hodge", "Cain", "Merritt", "Hume", "Squire",
];

/// First and last parts of rare British names.
pub(super) const BRITISH_PARTS: (&[&str], &[&str]) = (
    &[
        "Al", "Apple", "Ash", "Bar", "Beck", "Birk", "Black", "Blen", "Brad", "Bram", "Brank", "Brock", "Brom", "Buck",
        "Burn", "Cal", "Carl", "Chat", "Chil", "Clap", "Cock", "Col", "Cotter", "Cran", "Crom", "Dal", "Den", "Dor",
        "Dray", "Dun", "Eccle", "Elm", "Emmer", "Fair", "Farn", "Fen", "Gar", "Gold", "Good", "Graf", "Grims", "Hals",
        "Ham", "Hap", "Hather", "Hawk", "Hazel", "Heb", "Hep", "Hollin", "Horn", "Ingle", "Kel", "Ken", "Killing",
        "Kings", "Lang", "Lath", "Lin", "Lock", "Long", "Lyd", "Mal", "Marl", "Mel", "Mill", "Nether", "New", "North",
        "Oaken", "Old", "Os", "Pem", "Pick", "Pil", "Rad", "Rams", "Raven", "Red", "Rom", "Rush", "Sal", "Sed", "Shel",
        "Sher", "Sib", "Skel", "Stan", "Staple", "Stock", "Sud", "Swin", "Tad", "Thorn", "Thur", "Til", "Tow", "Under",
        "Wad", "Wake", "Wal", "War", "Wat", "Wen", "West", "Whit", "Wick", "Wim", "Win", "Wool", "Wyn", "York",
    ],
    &[
        "bank", "beck", "bourne", "bridge", "brook", "burgh", "bury", "by", "church", "cliffe", "combe", "cote",
        "croft", "dale", "den", "field", "ford", "gate", "grave", "ham", "head", "hill", "holme", "house", "hurst",
        "ington", "land", "ley", "low", "man", "mere", "more", "ridge", "shaw", "stall", "stead", "stock", "stone",
        "thorpe", "ton", "wall", "water", "way", "well", "wick", "wood", "worth", "yard",
    ],
);

pub(super) const IRISH: &[&str] = &[
    "Murphy", "Kelly", "O'Sullivan", "Walsh", "Byrne", "O'Brien", "Ryan", "O'Connor", "O'Neill", "O'Reilly", "Doyle",
    "McCarthy", "Gallagher", "Doherty", "Kennedy", "Lynch", "Murray", "Quinn", "Moore", "McLoughlin", "O'Carroll",
    "Connolly", "Daly", "O'Connell", "Wilson", "Dunne", "Brennan", "Burke", "Collins", "Campbell", "Clarke", "Hughes",
    "Farrell", "Fitzgerald", "Brown", "Martin", "Maguire", "Nolan", "Flynn", "O'Callaghan", "O'Donnell", "Duffy",
    "O'Mahony", "Boyle", "Healy", "O'Shea", "White", "Sweeney", "Hayes", "Kavanagh", "Power", "McGrath", "Moran",
    "Brady", "Casey", "Foley", "Fitzpatrick", "Leary", "McDonnell", "MacMahon", "Donnelly", "Regan", "Burns",
    "Flanagan", "Mullan", "Barry", "Kane", "Robinson", "Cunningham", "Griffin", "Kenny", "Sheehan", "Ward", "Whelan",
    "Lyons", "Reid", "Higgins", "Cullen", "Keane", "King", "Maher", "McKenna", "Bell", "McDermott", "Hogan",
];

pub(super) const EUROPEAN: &[&str] = &[
    "Nowak", "Kowalski", "Kowalska", "Wisniewski", "Wojcik", "Kowalczyk", "Kaminski", "Lewandowski", "Zielinski",
    "Szymanski", "Wozniak", "Dabrowski", "Kozlowski", "Jankowski", "Mazur", "Krawczyk", "Piotrowski", "Grabowski",
    "Pawlak", "Michalski", "Popescu", "Ionescu", "Popa", "Dumitru", "Stan", "Stoica", "Gheorghe", "Rusu", "Munteanu",
    "Matei", "Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Garcia", "Fernandez",
    "Gonzalez", "Rodriguez", "Lopez", "Martinez", "Perez", "Silva", "Santos", "Ferreira", "Pereira", "Oliveira",
    "Costa", "Martin", "Bernard", "Dubois", "Durand", "Moreau", "Muller", "Schmidt", "Schneider", "Fischer", "Weber",
    "Ivanov", "Georgiev", "Dimitrov", "Petrov", "Nagy", "Kovacs", "Toth", "Szabo", "Horvath", "Kazlauskas",
    "Jankauskas", "Petrauskas", "Berzins", "Kalnins", "Papadopoulos", "Georgiou", "Charalambous", "Yilmaz", "Kaya",
    "Demir", "Novak", "Svoboda", "Dvorak", "Jansen", "de Vries", "van den Berg", "Hansen", "Johansson", "Nielsen",
];

/// First and last parts of rare names of the continent.
pub(super) const EUROPEAN_PARTS: (&[&str], &[&str]) = (
    &[
        "Adam", "Bart", "Bedn", "Bor", "Czern", "Dan", "Dobr", "Dom", "Fil", "Gor", "Grom", "Jar", "Jas", "Kal", "Kas",
        "Kor", "Kras", "Lub", "Lis", "Mak", "Mar", "Mil", "Mos", "Nik", "Orl", "Pas", "Pol", "Rad", "Rog", "Sad",
        "Sik", "Sob", "Stan", "Tom", "Urb", "Vas", "Vlad", "Wal", "Zab", "Zar",
    ],
    &[
        "ak", "arski", "czyk", "eanu", "ecki", "ek", "elli", "enko", "escu", "etti", "ev", "iak", "ic", "icki", "in",
        "inski", "ini", "ko", "off", "ovic", "owicz", "owski", "ski", "ulescu",
    ],
);

pub(super) const MUSLIM: &[&str] = &[
    "Khan", "Ahmed", "Hussain", "Begum", "Ali", "Akhtar", "Bibi", "Mahmood", "Iqbal", "Malik", "Uddin", "Rahman",
    "Miah", "Islam", "Khatun", "Shah", "Mohammed", "Chowdhury", "Hassan", "Butt", "Sheikh", "Aziz", "Rehman", "Mirza",
    "Qureshi", "Choudhry", "Hussein", "Abbas", "Raza", "Aslam", "Ashraf", "Javed", "Kausar", "Bi", "Parveen", "Rashid",
    "Saleem", "Siddique", "Zaman", "Haque", "Alam", "Alom", "Hoque", "Mia", "Sultana", "Khanom", "Ullah", "Mahmud",
    "Karim", "Kabir", "Bashir", "Farooq", "Arshad", "Anwar", "Akram", "Ilyas", "Yousaf", "Nawaz", "Zafar", "Mehmood",
    "Patel", "Master", "Desai", "Ibrahim", "Abdi", "Osman", "Saleh", "Nasser", "Haddad", "Mansour", "Najjar", "Hamid",
    "Jabbar", "Al-Hassan", "Al-Saadi", "Hashemi", "Karimi", "Ahmadi", "Rezaei", "Noori",
];

/// First and last parts of rare Muslim names.
pub(super) const MUSLIM_PARTS: (&[&str], &[&str]) = (
    &[
        "Abdul ", "Ab", "Ak", "Am", "Ar", "As", "Bad", "Fai", "Far", "Ghul", "Hab", "Ham", "Has", "Jal", "Kam", "Kar",
        "Lat", "Maj", "Mun", "Nas", "Naz", "Qas", "Raf", "Rash", "Sad", "Saf", "Shab", "Shar", "Tah", "Was", "Zah",
        "Zul",
    ],
    &["ari", "at", "awi", "eed", "een", "if", "im", "in", "ir", "ishi", "udin", "oor", "ouf", "uddin", "ullah", "wala"],
);

pub(super) const INDIAN: &[&str] = &[
    "Patel", "Singh", "Kaur", "Shah", "Sharma", "Mistry", "Kumar", "Gill", "Sandhu", "Dhillon", "Sidhu", "Grewal",
    "Bains", "Johal", "Dhaliwal", "Uppal", "Bhatt", "Joshi", "Mehta", "Desai", "Parmar", "Solanki", "Chauhan",
    "Rathod", "Lad", "Amin", "Thakkar", "Pandya", "Vyas", "Trivedi", "Dave", "Gohil", "Chavda", "Makwana", "Vaghela",
    "Gupta", "Verma", "Agarwal", "Kapoor", "Malhotra", "Khanna", "Chopra", "Bhatia", "Arora", "Reddy", "Rao", "Nair",
    "Menon", "Pillai", "Iyer", "Krishnan", "Subramaniam", "Rajan", "Fernandes", "D'Souza", "Pereira", "Das", "Ghosh",
    "Banerjee", "Mukherjee", "Sen", "Roy", "Bose", "Varghese", "Mathew", "Thomas", "Jacob", "Virk", "Atwal", "Mann",
    "Rai", "Bassi", "Sohal", "Purewal", "Panesar", "Matharu", "Sehmi", "Perera", "Fernando", "Silva", "Sivakumar",
    "Nathan", "Gurung", "Thapa", "Shrestha", "Tamang",
];

/// First and last parts of rare Indian names.
pub(super) const INDIAN_PARTS: (&[&str], &[&str]) = (
    &[
        "Aj", "Bal", "Bhag", "Bhar", "Chand", "Dharm", "Din", "Gan", "Gop", "Har", "Jag", "Jay", "Kal", "Kesh", "Lakh",
        "Mad", "Man", "Moh", "Nar", "Pad", "Param", "Pras", "Rag", "Raj", "Ram", "Sat", "Shiv", "Sund", "Sur", "Tej",
        "Ved", "Vish",
    ],
    &[
        "achand", "adas", "ajit", "amurthy", "anathan", "ani", "aswamy", "at", "esan", "ia", "inder", "iwal", "kar",
        "lal", "pal", "wani",
    ],
);

pub(super) const AFRICAN: &[&str] = &[
    "Mensah", "Owusu", "Boateng", "Osei", "Asante", "Appiah", "Addo", "Amoah", "Agyemang", "Opoku", "Adjei", "Okafor",
    "Okonkwo", "Eze", "Obi", "Nwosu", "Okeke", "Adeyemi", "Adebayo", "Adeleke", "Ogunleye", "Balogun", "Afolabi",
    "Oladipo", "Akinola", "Ojo", "Williams", "Johnson", "Cole", "Abdi", "Ali", "Mohamed", "Hassan", "Omar", "Ahmed",
    "Yusuf", "Farah", "Warsame", "Moyo", "Ncube", "Sibanda", "Dube", "Ndlovu", "Mutasa", "Chikwanha", "Nyoni", "Banda",
    "Phiri", "Mwale", "Kamara", "Sesay", "Koroma", "Bangura", "Conteh", "Jallow", "Ceesay", "Diallo", "Traore", "Diop",
    "Ndiaye", "Kone", "Kabila", "Mbala", "Ilunga", "Tesfaye", "Bekele", "Haile", "Tekle", "Mwangi", "Kamau", "Otieno",
    "Odhiambo", "Wanjiku", "Nkosi", "Dlamini", "Khumalo", "Mugisha", "Okello", "Ssali", "Amponsah",
];

/// First and last parts of rare African names.
pub(super) const AFRICAN_PARTS: (&[&str], &[&str]) = (
    &[
        "Aba", "Ade", "Aki", "Ama", "Aya", "Bab", "Bo", "Chi", "Chuk", "Dan", "Ebe", "Eke", "Eme", "Ife", "Ka", "Kwa",
        "Ma", "Mba", "Mu", "Na", "Nde", "Ngo", "Nwa", "Oba", "Ogu", "Okor", "Ola", "Olu", "Owo", "Sa", "Te", "Wa",
    ],
    &[
        "badu", "beni", "boye", "chi", "dike", "femi", "gbo", "kwu", "lade", "mba", "nda", "niyi", "rere", "tunde",
        "wale", "zie",
    ],
);

pub(super) const CHINESE: &[&str] = &[
    "Chen", "Wong", "Li", "Wang", "Zhang", "Liu", "Chan", "Lee", "Cheung", "Lam", "Ng", "Lau", "Yang", "Huang", "Zhao",
    "Wu", "Zhou", "Xu", "Sun", "Ma", "Zhu", "Hu", "Lin", "Guo", "He", "Gao", "Luo", "Zheng", "Liang", "Tang", "Leung",
    "Ho", "Chow", "Yip", "Kwok", "Tsang", "Yeung", "Fung", "Mak", "Chu", "Tam", "Cheng", "Law", "Poon", "Choi", "Yuen",
    "Nguyen", "Tran", "Pham", "Le", "Tan", "Lim", "Goh", "Ong", "Koh", "Teo", "Kim", "Park", "Tanaka", "Sato",
    "Suzuki", "Santos", "Reyes", "Cruz", "Bautista",
];
